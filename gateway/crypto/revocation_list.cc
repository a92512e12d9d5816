#include "gateway/crypto/revocation_list.h"

#include <ctime>
#include <utility>

#include "gateway/base/reason.h"
#include "gateway/crypto/openssl_ptr.h"
#include "gateway/crypto/private_key_pem.h"
#include "gateway/crypto/revocation_list_handle.h"
#include "openssl/err.h"
#include "openssl/pem.h"

namespace mrg {
namespace {

absl::Status Unreadable() {
  return MakeError(Reason::kCertificateUnreadable,
                   "expected PEM X509 CRL blocks, each with a nextUpdate");
}

}  // namespace

bool RevocationList::Continues(const RevocationList& before) const {
  const X509_CRL* const list = handle_->list.get();
  const X509_CRL* const earlier = before.handle_->list.get();
  return X509_NAME_cmp(X509_CRL_get_issuer(list), X509_CRL_get_issuer(earlier)) == 0 &&
         ASN1_TIME_compare(X509_CRL_get0_lastUpdate(list), X509_CRL_get0_lastUpdate(earlier)) >= 0;
}

bool RevocationList::operator==(const RevocationList& other) const {
  return X509_CRL_match(handle_->list.get(), other.handle_->list.get()) == 0;
}

absl::StatusOr<std::vector<RevocationList>> ParsePemRevocationLists(absl::string_view pem) {
  BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::vector<RevocationList> lists;
  while (X509_CRL* const parsed =
             PEM_read_bio_X509_CRL(bio.get(), nullptr, NoPassphrase, nullptr)) {
    auto handle = std::make_shared<RevocationListHandle>();
    handle->list.reset(parsed);
    std::tm parts = {};
    const ASN1_TIME* const next = X509_CRL_get0_nextUpdate(parsed);
    if (next == nullptr || ASN1_TIME_to_tm(next, &parts) != 1) {
      ERR_clear_error();
      return Unreadable();
    }
    RevocationList list;
    list.next_update_ = absl::FromTM(parts, absl::UTCTimeZone());
    list.handle_ = std::move(handle);
    lists.push_back(std::move(list));
  }
  // As for certificates: any end but "no start line" is a broken block.
  const unsigned long error = ERR_peek_last_error();
  ERR_clear_error();
  if (lists.empty() || ERR_GET_REASON(error) != PEM_R_NO_START_LINE) return Unreadable();
  return lists;
}

}  // namespace mrg
