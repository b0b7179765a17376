# Compiler options of every target, and the sanitizers.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(vggflow_options INTERFACE)
# Contraction off: the same bits on every machine, with or without FMA units.
target_compile_options(vggflow_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall$<SEMICOLON>-Wextra$<SEMICOLON>-ffp-contract=off>)
# g++ 12 warns wrongly about every "text" + std::to_string(...) (GCC bug 105651).
target_compile_options(vggflow_options INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>)
if(VGGFLOW_WERROR)
  target_compile_options(vggflow_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Werror> $<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings>)
endif()
if(VGGFLOW_SANITIZE STREQUAL "address")
  # vptr, null and alignment cost most of the compile time in files that include the flow graph.
  set(sanitizers -fsanitize=address,undefined -fno-sanitize=vptr,null,alignment
      -fno-sanitize-recover=all)
elseif(VGGFLOW_SANITIZE STREQUAL "thread")
  set(sanitizers -fsanitize=thread)
elseif(VGGFLOW_SANITIZE STREQUAL "fuzzer")
  set(sanitizers -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
elseif(VGGFLOW_SANITIZE)
  message(FATAL_ERROR "VGGFLOW_SANITIZE is '${VGGFLOW_SANITIZE}'; allowed: address, thread, fuzzer")
endif()
if(sanitizers)
  target_compile_options(vggflow_options INTERFACE ${sanitizers} -fno-omit-frame-pointer -O1)
  target_link_options(vggflow_options INTERFACE ${sanitizers})
endif()

# Sources of the one library, relative to the calling folder.
function(vggflow_sources)
  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  target_sources(vggflow PRIVATE ${ARGN})
endfunction()

# A test program: vggflow_test(NAME files...). Its tests carry the room's name as a label, and a time
# limit each.
function(vggflow_test name)
  file(RELATIVE_PATH room ${PROJECT_SOURCE_DIR}/tests ${CMAKE_CURRENT_SOURCE_DIR})
  string(REGEX REPLACE "/.*" "" room ${room})
  vggflow_labelled_test(${name} ${room} ${ARGN})
endfunction()

# One whose tests want a card and are skipped where there is none: its label is gpu, and the bundle for
# machines with a card takes it along.
function(vggflow_gpu_test name)
  vggflow_labelled_test(${name} gpu ${ARGN})
  target_link_libraries(${name} PRIVATE CUDA::cudart)  # handles that close themselves are inline
  set_property(GLOBAL APPEND PROPERTY VGGFLOW_GPU_TESTS ${name})
endfunction()

function(vggflow_labelled_test name label)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE vggflow vggflow_options GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 300 LABELS ${label})
endfunction()

# A test of so many processes; skipped where there is no mpirun. Tests run as root in containers, and
# with more processes than cores.
function(vggflow_mpi_test name count)
  add_test(NAME ${name} COMMAND ${PROJECT_SOURCE_DIR}/tests/mpirun ${count} ${ARGN})
  set_tests_properties(${name} PROPERTIES TIMEOUT 120 LABELS nets SKIP_RETURN_CODE 77)
endfunction()
