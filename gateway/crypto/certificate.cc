#include "gateway/crypto/certificate.h"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/openssl_ptr.h"
#include "gateway/crypto/private_key_pem.h"
#include "gateway/crypto/revocation_list_handle.h"
#include "openssl/err.h"
#include "openssl/pem.h"

namespace mrg {

struct CertificateHandle {
  X509Ptr certificate;
};

namespace {

constexpr char kBlockStart[] = "-----BEGIN ";  // RFC 7468 2

using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, OpensslFree<GENERAL_NAMES_free>>;

std::vector<std::string> UriSans(const X509* certificate) {
  std::vector<std::string> uris;
  GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (names == nullptr) return uris;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
    uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                      static_cast<size_t>(ASN1_STRING_length(uri)));
  }
  return uris;
}

absl::Time ToTime(const ASN1_TIME* asn1) {
  std::tm parts = {};
  if (ASN1_TIME_to_tm(asn1, &parts) != 1) return absl::InfinitePast();
  return absl::FromTM(parts, absl::UTCTimeZone());
}

std::string SpkiDer(const X509* certificate) {
  unsigned char* encoded = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &encoded);
  if (size < 0) return std::string();
  std::string der(reinterpret_cast<char*>(encoded), static_cast<size_t>(size));
  OPENSSL_free(encoded);
  return der;
}

X509StackPtr ToStack(std::span<const Certificate> certificates) {
  X509StackPtr stack(sk_X509_new_null());
  for (const Certificate& certificate : certificates) {
    X509* borrowed = certificate.handle().certificate.get();
    X509_up_ref(borrowed);
    sk_X509_push(stack.get(), borrowed);
  }
  return stack;
}

// An identity is an end entity. A CA's certificate would vouch for itself, and one that may sign
// certificates or lists of revoked ones is none (SPIFFE X509-SVID 4.1, 4.3).
absl::Status CheckEndEntity(const Certificate& leaf) {
  X509* const certificate = leaf.handle().certificate.get();
  const uint32_t usage = X509_get_key_usage(certificate);
  const bool states_usage = usage != UINT32_MAX;
  if (X509_check_ca(certificate) != 0 ||
      (states_usage && (usage & (KU_KEY_CERT_SIGN | KU_CRL_SIGN)) != 0)) {
    return MakeError(Reason::kIdentityInvalid, "expected the certificate of an end entity");
  }
  return absl::OkStatus();
}

}  // namespace

std::string Certificate::Pem() const {
  BioPtr bio(BIO_new(BIO_s_mem()));
  char* data = nullptr;
  if (PEM_write_bio_X509(bio.get(), handle_->certificate.get()) != 1) return "";
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

absl::StatusOr<std::vector<Certificate>> ParsePemCertificates(absl::string_view pem) {
  BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::vector<Certificate> certificates;
  while (X509Ptr parsed{PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr)}) {
    Certificate certificate;
    certificate.uri_sans_ = UriSans(parsed.get());
    certificate.spki_der_ = SpkiDer(parsed.get());
    certificate.not_before_ = ToTime(X509_get0_notBefore(parsed.get()));
    certificate.not_after_ = ToTime(X509_get0_notAfter(parsed.get()));
    certificate.subject_bytes_ = static_cast<size_t>(
        std::max(0, i2d_X509_NAME(X509_get_subject_name(parsed.get()), nullptr)));
    auto handle = std::make_shared<CertificateHandle>();
    handle->certificate = std::move(parsed);
    certificate.handle_ = std::move(handle);
    certificates.push_back(std::move(certificate));
  }
  // Reading ends with "no start line" after the last block; any other error is a broken block.
  const unsigned long error = ERR_peek_last_error();
  ERR_clear_error();
  size_t blocks = 0;
  for (size_t at = pem.find(kBlockStart); at != pem.npos; at = pem.find(kBlockStart, at + 1)) {
    ++blocks;
  }
  if (certificates.empty() || ERR_GET_REASON(error) != PEM_R_NO_START_LINE ||
      blocks != certificates.size()) {
    return MakeError(Reason::kCertificateUnreadable,
                     "expected PEM CERTIFICATE blocks and no others");
  }
  return certificates;
}

absl::Status VerifyChain(const Certificate& leaf, std::span<const Certificate> intermediates,
                         std::span<const Certificate> bundle, absl::Time now,
                         std::span<const RevocationList> revocations) {
  MRG_RETURN_IF_ERROR(CheckEndEntity(leaf));
  X509StorePtr store(X509_STORE_new());
  for (const Certificate& anchor : bundle) {
    X509_STORE_add_cert(store.get(), anchor.handle().certificate.get());
  }
  for (const RevocationList& list : revocations) {
    X509_STORE_add_crl(store.get(), list.handle().list.get());
  }
  if (!revocations.empty()) {
    X509_STORE_set_flags(store.get(), X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  }
  const X509StackPtr untrusted = ToStack(intermediates);
  X509StoreCtxPtr ctx(X509_STORE_CTX_new());
  if (X509_STORE_CTX_init(ctx.get(), store.get(), leaf.handle().certificate.get(),
                          untrusted.get()) != 1) {
    ERR_clear_error();
    return MakeError(Reason::kIdentityInvalid, "the chain cannot be checked");
  }
  X509_STORE_CTX_set_time(ctx.get(), 0, absl::ToTimeT(now));
  const int verified = X509_verify_cert(ctx.get());
  const int error = X509_STORE_CTX_get_error(ctx.get());
  ERR_clear_error();
  if (verified != 1) {
    return MakeError(Reason::kIdentityInvalid,
                     absl::StrCat("expected a chain to the trust domain's own CA: ",
                                  X509_verify_cert_error_string(error)));
  }
  return absl::OkStatus();
}

absl::Status CheckCertificateMatchesKey(absl::string_view cert_pem, absl::string_view key_pem) {
  MRG_ASSIGN_OR_RETURN(const std::vector<Certificate> certificates, ParsePemCertificates(cert_pem));
  MRG_RETURN_IF_ERROR(CheckEndEntity(certificates.front()));
  MRG_ASSIGN_OR_RETURN(const EvpPkeyPtr key,
                       ReadPrivateKeyPem(key_pem, Reason::kCertificateUnreadable));
  const bool matches =
      X509_check_private_key(certificates.front().handle().certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (!matches) {
    return MakeError(Reason::kCertificateKeyMismatch,
                     "expected the private key of the first certificate");
  }
  return absl::OkStatus();
}

}  // namespace mrg
