# Third-party libraries, one target each. A missing one is an error that names the Debian package.
# With OPTIONAL as a fifth argument there is no target then.
function(vggflow_find_library target header library package)
  find_path(${target}_INCLUDE NAMES ${header} PATH_SUFFIXES hdf5/serial opencv4 mpi)
  find_library(${target}_LIBRARY NAMES ${library})
  if(NOT ${target}_INCLUDE OR NOT ${target}_LIBRARY)
    if("OPTIONAL" IN_LIST ARGN)
      message(STATUS "${header} not found: built without it; on Debian: apt-get install ${package}")
      return()
    endif()
    message(FATAL_ERROR "${header} or lib${library} not found; on Debian: apt-get install ${package}")
  endif()
  add_library(vggflow::${target} INTERFACE IMPORTED GLOBAL)
  target_include_directories(vggflow::${target} SYSTEM INTERFACE ${${target}_INCLUDE})
  target_link_libraries(vggflow::${target} INTERFACE ${${target}_LIBRARY})
endfunction()

find_package(Threads REQUIRED)
find_package(TBB REQUIRED)            # libtbb-dev; VGGFLOW_SANITIZE=thread wants one built for it
find_package(yaml-cpp REQUIRED)       # libyaml-cpp-dev
find_package(spdlog REQUIRED)         # libspdlog-dev
find_package(nlohmann_json REQUIRED)    # nlohmann-json3-dev
find_package(OpenSSL REQUIRED COMPONENTS Crypto)  # libssl-dev
find_package(ZLIB REQUIRED)           # zlib1g-dev
find_package(Protobuf REQUIRED)       # libprotobuf-dev, protobuf-compiler
find_package(Boost REQUIRED)          # libboost-dev; headers
# oneDNN's own CMake file wants OpenCL as well.
vggflow_find_library(jpeg jpeglib.h jpeg libjpeg62-turbo-dev)
vggflow_find_library(spng spng.h spng libspng-dev)
vggflow_find_library(stb stb/stb_easy_font.h m libstb-dev)  # a header
vggflow_find_library(archive archive.h archive libarchive-dev)
vggflow_find_library(matio matio.h matio libmatio-dev)
vggflow_find_library(hdf5 hdf5.h hdf5_serial libhdf5-dev)
if(VGGFLOW_ONEDNN)
  vggflow_find_library(dnnl oneapi/dnnl/dnnl.hpp dnnl libdnnl-dev)
endif()
vggflow_find_library(cli11 CLI/CLI.hpp dl libcli11-dev)
# A baseline of the benchmarks, an oracle of the tests. (Its own CMake file wants all of OpenCV.)
vggflow_find_library(opencv_core opencv2/core.hpp opencv_core libopencv-core-dev OPTIONAL)
vggflow_find_library(opencv_imgproc opencv2/imgproc.hpp opencv_imgproc libopencv-imgproc-dev OPTIONAL)
# Draws the charts of the HTML report: a script that the library carries and puts into the page.
find_file(VGGFLOW_CHART_JS chart.min.js
  PATHS /usr/share/javascript/chart.js /usr/share/nodejs/chart.js/dist)
if(NOT VGGFLOW_CHART_JS)
  message(FATAL_ERROR "chart.min.js (Chart.js 3) not found; on Debian: apt-get install libjs-chart.js")
endif()
# Training by several processes. (FindMPI would link MPI's C++ bindings, too.)
if(NOT VGGFLOW_MPI MATCHES "^(AUTO|ON|OFF)$")
  message(FATAL_ERROR "VGGFLOW_MPI is '${VGGFLOW_MPI}'; allowed: AUTO, ON, OFF")
endif()
if(VGGFLOW_MPI)
  vggflow_find_library(mpi mpi.h mpi libopenmpi-dev OPTIONAL)
  if(TARGET vggflow::mpi)
    target_compile_definitions(vggflow::mpi INTERFACE OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX)
  endif()
  if(VGGFLOW_MPI STREQUAL "ON" AND NOT TARGET vggflow::mpi)
    message(FATAL_ERROR "VGGFLOW_MPI is ON, but there is no MPI")
  endif()
endif()
