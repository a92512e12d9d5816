// Bytes as the proof of a fork that another node sends.

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "tests/fuzz/property.h"
#include "trustlist/fork/fork_evidence.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto evidence = mrg::ParseForkEvidence(bytes);
  if (!evidence.ok()) return 0;
  mrg::Require(mrg::CanonicalBytes(*evidence) == bytes, "a proof has one encoding");
  mrg::Require(mrg::ForkEvidenceId(*evidence).size() == 32, "a proof has a name");
  const auto finding = mrg::CheckForkEvidence(*evidence);
  if (!finding.ok()) {
    mrg::Require(mrg::ReasonOf(finding.status()) == mrg::Reason::kForkEvidenceInvalid,
                 "a proof is refused as a proof");
    return 0;
  }
  mrg::Require(finding->first_sha256 != finding->second_sha256, "two files are not one");
  mrg::Require(mrg::ProveOneFork(*evidence, *evidence), "a proof is of the fork that it proves");
  return 0;
}
