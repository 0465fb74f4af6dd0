# One static library per module, with the module's edges and its private third-party libraries named in one place.
#
#   forameter_module(geometry SOURCES curve.cpp ... USES core PRIVATE some::library)
#   forameter_test(geometry SOURCES curve_test.cpp ... LINK extra::library)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
find_program(FORAMETER_CCACHE ccache)
if(FORAMETER_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${FORAMETER_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${FORAMETER_CCACHE})
endif()

add_library(forameter_options INTERFACE)
target_include_directories(forameter_options INTERFACE ${CMAKE_SOURCE_DIR}/include)
target_compile_definitions(forameter_options INTERFACE QT_NO_KEYWORDS FORAMETER_VERSION="${PROJECT_VERSION}")
target_compile_options(forameter_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion
  -Wno-restrict # false alarms of g++ 12 on joined strings in release builds (GCC bug 105651)
  $<$<AND:$<BOOL:${FORAMETER_WERROR}>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Werror>) # Debian 12's; a newer one may warn of more
# Files from strangers are parsed here: what people run checks its buffers.
target_compile_options(forameter_options INTERFACE
  $<$<CONFIG:Release>:-fstack-protector-strong -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS>)
target_link_options(forameter_options INTERFACE $<$<CONFIG:Release>:-pie -Wl,-z,relro,-z,now>)
if(FORAMETER_SANITIZE)
  target_compile_options(forameter_options INTERFACE -fsanitize=${FORAMETER_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(forameter_options INTERFACE -fsanitize=${FORAMETER_SANITIZE})
endif()

function(forameter_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES;PRIVATE" ${ARGN})
  add_library(forameter_${name} STATIC ${arg_SOURCES})
  add_library(Forameter::${name} ALIAS forameter_${name})
  target_include_directories(forameter_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(forameter_${name} PUBLIC forameter_options)
  foreach(used IN LISTS arg_USES)
    target_link_libraries(forameter_${name} PUBLIC Forameter::${used})
  endforeach()
  target_link_libraries(forameter_${name} PRIVATE ${arg_PRIVATE})
  if(name STREQUAL "imaging") # Debian's ITK headers know no clang
    set_target_properties(forameter_${name} PROPERTIES CXX_CLANG_TIDY "")
  endif()
endfunction()

function(forameter_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name}_test ${arg_SOURCES})
  target_link_libraries(${name}_test PRIVATE Forameter::${name} ${arg_LINK} GTest::gtest GTest::gtest_main)
  gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES ENVIRONMENT "${FORAMETER_TEST_ENVIRONMENT}" TIMEOUT 300)
endfunction()
