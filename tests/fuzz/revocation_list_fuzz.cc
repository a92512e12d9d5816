// Text as lists of revoked certificates; the chain that they judge stands in the same text.

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/certificate.h"
#include "gateway/crypto/revocation_list.h"
#include "tests/fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view pem(reinterpret_cast<const char*>(data), size);
  const auto lists = mrg::ParsePemRevocationLists(pem);
  if (!lists.ok()) {
    mrg::Require(mrg::ReasonOf(lists.status()).has_value(), "a refusal has a reason");
    return 0;
  }
  mrg::Require(!lists->empty(), "what was taken holds a list");
  const auto certificates = mrg::ParsePemCertificates(pem);
  if (!certificates.ok()) return 0;
  const mrg::Certificate& leaf = certificates->front();
  const absl::Time now = lists->front().next_update() - absl::Seconds(1);
  mrg::Require(!mrg::VerifyChain(leaf, {}, *certificates, now, *lists).ok() ||
                   mrg::VerifyChain(leaf, {}, *certificates, now).ok(),
               "a list takes trust away and gives none");
  return 0;
}
