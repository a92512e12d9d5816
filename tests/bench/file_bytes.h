#ifndef MRG_TESTS_BENCH_FILE_BYTES_H_
#define MRG_TESTS_BENCH_FILE_BYTES_H_

// Reading the files that the bench hands to its programs.
//
// Thread-safe: a free function.

#include <fstream>
#include <iterator>
#include <string>

namespace mrg {

// Result: the file's bytes; empty when it cannot be read.
inline std::string FileBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace mrg

#endif  // MRG_TESTS_BENCH_FILE_BYTES_H_
