#ifndef MRG_TESTS_CONFORMANCE_VECTORS_H_
#define MRG_TESTS_CONFORMANCE_VECTORS_H_

// Where the public test vectors are: the folder named by the environment's MRG_VECTORS. Without it
// a test is skipped, unless MRG_REQUIRE_VECTORS=1 makes that a failure.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "gtest/gtest.h"

namespace mrg {

// Result: the folder; empty when none is named or it does not exist.
inline std::string VectorsFolder() {
  const char* folder = std::getenv("MRG_VECTORS");
  return folder != nullptr && std::filesystem::is_directory(folder) ? folder : "";
}

// Result: true when missing vectors are a failure.
inline bool VectorsRequired() {
  const char* required = std::getenv("MRG_REQUIRE_VECTORS");
  return required != nullptr && std::string(required) == "1";
}

// Result: the bytes of a file below the folder; the test fails when it cannot be read.
inline std::string ReadVector(const std::string& path) {
  std::ifstream file(VectorsFolder() + "/" + path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace mrg

// First statement of a test that reads vectors.
#define MRG_NEED_VECTORS()                                            \
  if (::mrg::VectorsFolder().empty()) {                               \
    if (::mrg::VectorsRequired()) FAIL() << "MRG_VECTORS is not set"; \
    GTEST_SKIP() << "MRG_VECTORS is not set";                         \
  }

#endif  // MRG_TESTS_CONFORMANCE_VECTORS_H_
