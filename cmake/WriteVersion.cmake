# cmake -DTEMPLATE=... -DHEADER=... -DSOURCE_DIR=... -DCOMPILER=... -P WriteVersion.cmake
find_package(Git QUIET)
set(COMMIT "unknown")
if(Git_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} -C ${SOURCE_DIR} describe --always --dirty
                  OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(described)
    set(COMMIT ${described})
  endif()
endif()
configure_file(${TEMPLATE} ${HEADER} @ONLY)  # leaves a header alone that would not change
