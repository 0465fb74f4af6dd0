# LibTorch for the worker: Debian's, or the one in FORAMETER_LIBTORCH. Sets TORCH_LIBRARIES.
#
# Of the second no TorchConfig.cmake is read: that of a CUDA build enables the language CUDA, which asks for a compiler of the same CUDA and a
# CMake that knows it, and it links that compiler's run-time library instead of the one LibTorch came with. The worker has no CUDA source: it
# needs headers and libraries only, and these find cuDNN and the rest by themselves, beside them.
set(FORAMETER_LIBTORCH "" CACHE PATH "A LibTorch of 2.7 or newer in place of Debian's: the folder torch of a Python environment, or one unpacked")
if(NOT FORAMETER_LIBTORCH)
  find_package(Torch 1.13 REQUIRED)
  return()
endif()
foreach(needed include/ATen/ATen.h include/torch/csrc/api/include/torch/torch.h lib/libtorch.so lib/libtorch_cpu.so lib/libc10.so)
  if(NOT EXISTS "${FORAMETER_LIBTORCH}/${needed}")
    message(FATAL_ERROR "FORAMETER_LIBTORCH names ${FORAMETER_LIBTORCH}, which is no LibTorch: it lacks ${needed}.")
  endif()
endforeach()
add_library(forameter_libtorch INTERFACE IMPORTED GLOBAL)
target_include_directories(forameter_libtorch INTERFACE ${FORAMETER_LIBTORCH}/include ${FORAMETER_LIBTORCH}/include/torch/csrc/api/include)
# libtorch.so is empty and brings the others along, that of CUDA among them: without the flag linkers may drop it, and no device is found.
target_link_libraries(forameter_libtorch INTERFACE -Wl,--no-as-needed ${FORAMETER_LIBTORCH}/lib/libtorch.so -Wl,--as-needed
  ${FORAMETER_LIBTORCH}/lib/libtorch_cpu.so ${FORAMETER_LIBTORCH}/lib/libc10.so Threads::Threads)
set(TORCH_LIBRARIES forameter_libtorch)
message(STATUS "LibTorch of ${FORAMETER_LIBTORCH}")
