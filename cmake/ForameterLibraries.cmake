# Third-party libraries, all from Debian 12. Each is linked privately by the modules that name it.
find_package(Threads REQUIRED)
find_package(tl-expected REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(openjp2 REQUIRED IMPORTED_TARGET libopenjp2)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
find_package(Boost 1.74 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(DCMTK REQUIRED CONFIG)
find_package(Qt6 6.4 REQUIRED COMPONENTS Core Sql Gui Widgets Svg Charts) # Charts are graphics widgets, drawn off-screen, too
find_package(ITK 5.2 REQUIRED COMPONENTS ITKCommon ITKIOImageBase ITKIONIFTI ITKImageGrid ITKImageFeature ITKSmoothing ITKThresholding)
if("desktop" IN_LIST FORAMETER_PARTS)
  # COMPONENTS always: without them Debian's VTK looks for Qt 5.
  find_package(VTK 9.1 REQUIRED COMPONENTS CommonCore CommonDataModel CommonExecutionModel CommonTransforms FiltersCore FiltersGeneral
    FiltersModeling FiltersSources ImagingCore ImagingColor RenderingCore RenderingOpenGL2 RenderingFreeType RenderingAnnotation)
endif()
if(FORAMETER_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()
