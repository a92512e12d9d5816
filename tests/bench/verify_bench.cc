// CPU time of one stock EVP verification with a key that is parsed already, for SM2 and P-256.
//
//   verify_bench --document FILE [--rounds N]
// Prints one JSON object, microseconds per verification on one thread.

#include <sys/resource.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/evp_verifier.h"
#include "tests/bench/file_bytes.h"

namespace mrg {
namespace {

constexpr int kRuns = 5;  // the middle one counts

absl::Duration CpuTime() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return absl::DurationFromTimeval(usage.ru_utime) + absl::DurationFromTimeval(usage.ru_stime);
}

absl::StatusOr<double> MicrosOf(Scheme scheme, const std::string& document, int rounds) {
  MRG_ASSIGN_OR_RETURN(const std::string pem, GeneratePrivateKeyPem(scheme));
  MRG_ASSIGN_OR_RETURN(const std::unique_ptr<Signer> signer, NewEvpSigner(scheme, pem));
  MRG_ASSIGN_OR_RETURN(const std::string signature, signer->Sign(document));
  MRG_ASSIGN_OR_RETURN(const std::unique_ptr<Verifier> verifier,
                       NewEvpVerifier(signer->public_key()));
  std::vector<double> runs;
  for (int run = 0; run < kRuns; ++run) {
    const absl::Duration begin = CpuTime();
    for (int i = 0; i < rounds; ++i) {
      MRG_RETURN_IF_ERROR(verifier->Verify(document, signature));
    }
    runs.push_back(absl::ToDoubleMicroseconds(CpuTime() - begin) / rounds);
  }
  std::sort(runs.begin(), runs.end());
  return runs[kRuns / 2];
}

int Run(int argc, char** argv) {
  std::string document_path;
  int rounds = 200;
  CLI::App app("CPU time of one EVP verification");
  app.add_option("--document", document_path, "what is signed")->required();
  app.add_option("--rounds", rounds, "verifications in one run")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  const std::string document = FileBytes(document_path);
  const auto sm2 = MicrosOf(Scheme::kSm2Sm3, document, rounds);
  // A P-256 verification takes a fifth of the time, so more of them.
  const auto p256 = MicrosOf(Scheme::kEcdsaP256Sha256, document, 5 * rounds);
  if (document.empty() || !sm2.ok() || !p256.ok()) {
    std::cerr << "verify_bench: " << sm2.status() << " " << p256.status() << "\n";
    return 1;
  }
  std::cout << absl::StrFormat("{\"sm2\": %.2f, \"p256\": %.2f}", *sm2, *p256) << "\n";
  return 0;
}

}  // namespace
}  // namespace mrg

int main(int argc, char** argv) { return mrg::Run(argc, argv); }
