// Text as a CA bundle and as the chain of a peer.

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/crypto/certificate.h"
#include "tests/fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view pem(reinterpret_cast<const char*>(data), size);
  const auto certificates = mrg::ParsePemCertificates(pem);
  if (!certificates.ok()) return 0;
  mrg::Require(!certificates->empty(), "what was taken holds a certificate");
  const mrg::Certificate& leaf = certificates->front();
  const absl::Time now = absl::FromUnixSeconds(1795478400);
  mrg::Require(!mrg::VerifyChain(leaf, *certificates, {}, now).ok(), "no anchor, no chain");
  mrg::VerifyChain(leaf, {}, *certificates, now).IgnoreError();
  return 0;
}
