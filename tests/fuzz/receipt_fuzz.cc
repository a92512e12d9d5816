// Bytes as a receipt and as a leaf of the log. The key of gateway/docs/formats/log.md signed one
// checkpoint, of whose last leaf receipt.md shows the receipt.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/audit/log_leaf.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/receipt/receipt_check.h"
#include "mrg/gateway/v1/receipt.pb.h"
#include "tests/fuzz/example_log.h"
#include "tests/fuzz/property.h"

namespace mrg {
namespace {

void ReadLeaf(absl::string_view bytes) {
  const auto leaf = ParseLeaf(bytes, Reason::kReceiptMalformed);
  if (!leaf.ok()) return;
  Require(CanonicalBytes(*leaf) == bytes, "a leaf has one encoding");
  const auto record = ParseDecision(*leaf, Reason::kReceiptMalformed);
  Require(!record.ok() || DecisionLeaf(*record) == bytes, "a record has one leaf");
}

}  // namespace
}  // namespace mrg

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::vector<mrg::LogKey>& keys =
      *new std::vector<mrg::LogKey>{{mrg::kExampleLogOrigin, mrg::ExampleLogPublicKey(),
                                     absl::InfinitePast(), absl::InfiniteFuture()}};
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  mrg::ReadLeaf(bytes);
  mrg::gateway::v1::Receipt receipt;
  if (receipt.ParseFromArray(data, static_cast<int>(size))) mrg::ReadLeaf(receipt.leaf());
  if (mrg::CheckCitedReceipt(bytes, keys).ok()) {
    mrg::gateway::v1::Receipt whole = receipt;
    whole.set_salt(mrg::ExampleReceiptSalt());
    mrg::Require(mrg::Sha256(mrg::CanonicalBytes(whole)) == mrg::ExampleReceiptSha256(),
                 "every byte of a receipt that is cited counts");
  }
  const auto record = mrg::CheckReceipt(bytes, keys);
  if (!record.ok()) return 0;
  mrg::Require(mrg::Sha256(bytes) == mrg::ExampleReceiptSha256(), "every byte of a receipt counts");
  mrg::Require(mrg::CheckCommitment(*record, receipt.salt(), "licence").ok(),
               "a receipt is about its document");
  return 0;
}
