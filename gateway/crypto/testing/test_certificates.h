#ifndef MRG_GATEWAY_CRYPTO_TESTING_TEST_CERTIFICATES_H_
#define MRG_GATEWAY_CRYPTO_TESTING_TEST_CERTIFICATES_H_

// Certificates for tests, made by deploy/make-certificates in a folder that goes with the object.

#include <string>

#include "absl/strings/string_view.h"

namespace mrg {

// One thread at a time.
class TestCertificates {
 public:
  struct Pair {
    std::string certificate_path, key_path;
    std::string certificate_pem, key_pem;
  };

  TestCertificates();
  ~TestCertificates();
  TestCertificates(const TestCertificates&) = delete;
  TestCertificates& operator=(const TestCertificates&) = delete;

  // The folder, for other files of the test.
  const std::string& folder() const { return folder_; }

  // The CA of `trust_domain`. `member` tells apart two CAs that claim the same domain.
  Pair Ca(absl::string_view trust_domain, absl::string_view member = "own");

  // A leaf of that CA. `flags`: more arguments of the script, "--expired" or "--extra-uri URI".
  Pair Leaf(absl::string_view trust_domain, absl::string_view name, absl::string_view spiffe_path,
            absl::string_view flags = "", absl::string_view member = "own");

  // The CA's list of revoked certificates, PEM, with the leaves named, separated by blanks.
  // `flags`:
  // "--expired" for one whose successor was due yesterday.
  std::string Revocations(absl::string_view trust_domain, absl::string_view leaf_names,
                          absl::string_view flags = "", absl::string_view member = "own");

 private:
  Pair Make(absl::string_view trust_domain, absl::string_view member, absl::string_view kind,
            absl::string_view name, absl::string_view spiffe_path, absl::string_view flags);

  std::string folder_;
};

// Result: the file's bytes; fails the test when it cannot be read.
std::string ReadTestFile(const std::string& path);

// Writes `bytes` to `path` with `mode`; fails the test when it cannot.
void WriteTestFile(const std::string& path, absl::string_view bytes, int mode = 0644);

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_TESTING_TEST_CERTIFICATES_H_
