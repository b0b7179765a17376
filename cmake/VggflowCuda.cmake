# The CUDA toolkit (12.8 or later: what Blackwell's cards need), cuDNN 9, cuBLASLt, NCCL and the
# headers of cudnn-frontend.
find_package(CUDAToolkit 12.8 REQUIRED)
# Machine code for Ampere (and Ada) to Blackwell, and PTX for what comes after; a build for one card alone
# says -DCMAKE_CUDA_ARCHITECTURES=native.
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES 80-real 90-real 100-real 120)
endif()
if(NOT DEFINED CMAKE_CUDA_COMPILER)
  set(CMAKE_CUDA_COMPILER ${CUDAToolkit_NVCC_EXECUTABLE})
endif()
set(CMAKE_CUDA_EXTENSIONS OFF)
set(CMAKE_CUDA_VISIBILITY_PRESET hidden)
set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)
if(CCACHE)
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${CCACHE})
endif()
enable_language(CUDA)
if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)  # CMake 3.25.1 does not know nvcc's flag
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
  list(APPEND CMAKE_CUDA_COMPILE_FEATURES cuda_std_20)
endif()
# Contraction off, as on the host: the same bits wherever both compute the same thing. Warning 554 is of
# a view that would convert to itself.
target_compile_options(vggflow_options INTERFACE
  $<$<COMPILE_LANGUAGE:CUDA>:--fmad=false --expt-relaxed-constexpr --diag-suppress=554 -Xcompiler=-Wall,-Wextra,-ffp-contract=off>)

function(vggflow_find_cuda_library target header library hint)
  find_path(${target}_INCLUDE NAMES ${header} HINTS ${CUDAToolkit_INCLUDE_DIRS})
  find_library(${target}_LIBRARY NAMES ${library} HINTS ${CUDAToolkit_LIBRARY_DIR})
  if(NOT ${target}_INCLUDE OR NOT ${target}_LIBRARY)
    message(FATAL_ERROR "${header} or lib${library} not found: ${hint}")
  endif()
  add_library(vggflow::${target} INTERFACE IMPORTED GLOBAL)
  target_include_directories(vggflow::${target} SYSTEM INTERFACE ${${target}_INCLUDE})
  target_link_libraries(vggflow::${target} INTERFACE ${${target}_LIBRARY})
endfunction()

vggflow_find_cuda_library(cudnn cudnn.h cudnn "install cuDNN 9 for CUDA ${CUDAToolkit_VERSION_MAJOR}")
vggflow_find_cuda_library(nccl nccl.h nccl "install NCCL 2")
find_path(cudnn_frontend_INCLUDE cudnn_frontend.h
  HINTS ${PROJECT_SOURCE_DIR}/build/cudnn-frontend/include)
if(NOT cudnn_frontend_INCLUDE)
  message(FATAL_ERROR "cudnn_frontend.h not found: scripts/install-cudnn-frontend fetches it")
endif()
add_library(vggflow::cudnn_frontend INTERFACE IMPORTED GLOBAL)
target_include_directories(vggflow::cudnn_frontend SYSTEM INTERFACE ${cudnn_frontend_INCLUDE})
target_link_libraries(vggflow::cudnn_frontend INTERFACE vggflow::cudnn CUDA::nvrtc)
