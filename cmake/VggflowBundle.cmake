# cmake --install BUILD --component bundle --prefix DIR: what a machine with a card needs to try it all,
# laid out as the source tree is. Of shared libraries only glibc's and CUDA's, cuDNN's and NCCL's are left
# out. scripts/make-bundle makes one archive of it.
get_property(gpu_tests GLOBAL PROPERTY VGGFLOW_GPU_TESTS)
list(JOIN gpu_tests "\n" lines)
file(WRITE ${PROJECT_BINARY_DIR}/gpu_tests.txt "${lines}\n")
set(bundled vggflow_command ${gpu_tests})
add_custom_target(bundle DEPENDS ${bundled})

set_target_properties(${bundled} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib")
foreach(program IN LISTS bundled)
  # An RPATH also holds for what the libraries themselves want; a RUNPATH does not.
  target_link_options(${program} PRIVATE -Wl,--disable-new-dtags)
endforeach()

install(TARGETS ${bundled} RUNTIME_DEPENDENCY_SET needed
  RUNTIME DESTINATION bin COMPONENT bundle EXCLUDE_FROM_ALL)
install(TARGETS vggflow RUNTIME_DEPENDENCY_SET needed
  LIBRARY DESTINATION lib COMPONENT bundle EXCLUDE_FROM_ALL NAMELINK_SKIP)
if(TARGET vggflow_nccl)
  install(TARGETS vggflow_nccl RUNTIME_DEPENDENCY_SET needed
    LIBRARY DESTINATION lib COMPONENT bundle EXCLUDE_FROM_ALL NAMELINK_SKIP)
endif()
install(RUNTIME_DEPENDENCY_SET needed
  PRE_EXCLUDE_REGEXES "^lib(cuda|cudart|cudnn|cublas|nccl|nvrtc|nvidia)"
  POST_EXCLUDE_REGEXES "/(ld-linux[^/]*|lib(c|m|dl|rt|util|mvec|anl|resolv|pthread))\\.so\\.[0-9]+$"
  LIBRARY DESTINATION lib COMPONENT bundle EXCLUDE_FROM_ALL)
install(DIRECTORY configs DESTINATION . COMPONENT bundle EXCLUDE_FROM_ALL)
install(PROGRAMS scripts/gpu_check DESTINATION scripts COMPONENT bundle EXCLUDE_FROM_ALL)
install(DIRECTORY scripts/gpu DESTINATION scripts COMPONENT bundle EXCLUDE_FROM_ALL
  FILES_MATCHING PATTERN "*.py")
install(DIRECTORY bench/peers DESTINATION bench COMPONENT bundle EXCLUDE_FROM_ALL
  FILES_MATCHING PATTERN "*.py")
install(FILES LICENSE ${PROJECT_BINARY_DIR}/gpu_tests.txt
  ${PROJECT_BINARY_DIR}/generated/vggflow_version.h
  DESTINATION . COMPONENT bundle EXCLUDE_FROM_ALL)
