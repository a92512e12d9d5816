#include "gateway/crypto/development_authority.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/certificate.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/openssl_ptr.h"
#include "gateway/crypto/private_key_pem.h"
#include "gateway/crypto/revocation_list.h"
#include "openssl/err.h"
#include "openssl/pem.h"

namespace mrg {
namespace {

constexpr size_t kDnsNameBytesMax = 253;
constexpr size_t kDnsLabelBytesMax = 63;
constexpr size_t kNamePartBytesMax = 64;  // of a subject's attribute, RFC 5280 appendix A
constexpr int kSerialBits = 159;          // 20 octets, positive: RFC 5280 4.1.2.2
constexpr absl::Duration kBackdated = absl::Hours(1);

absl::Status CannotMake() {
  ERR_clear_error();
  return MakeError(Reason::kInvariantBroken, "a certificate cannot be made");
}

struct Term {
  absl::Time from;
  absl::Time until;
};

bool AddToName(X509_NAME* name, const char* attribute, absl::string_view text) {
  const std::string part(text.substr(0, kNamePartBytesMax));
  return X509_NAME_add_entry_by_txt(name, attribute, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(part.data()),
                                    static_cast<int>(part.size()), -1, 0) == 1;
}

// A certificate on its way, without a signature. Each step says whether it succeeded.
class Draft {
 public:
  explicit Draft(EVP_PKEY* key) : x509_(X509_new()) {
    BignumPtr serial(BN_new());
    sound_ = x509_ != nullptr && serial != nullptr &&
             BN_rand(serial.get(), kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
             BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(x509_.get())) != nullptr &&
             X509_set_version(x509_.get(), X509_VERSION_3) == 1 &&
             X509_set_pubkey(x509_.get(), key) == 1;
  }

  void Names(absl::string_view organisation, absl::string_view name) {
    X509_NAME* const subject = X509_get_subject_name(x509_.get());
    sound_ = sound_ && AddToName(subject, "O", organisation) && AddToName(subject, "CN", name);
  }

  void Holds(const Term& term) {
    sound_ = sound_ &&
             ASN1_TIME_set(X509_getm_notBefore(x509_.get()), absl::ToTimeT(term.from)) != nullptr &&
             ASN1_TIME_set(X509_getm_notAfter(x509_.get()), absl::ToTimeT(term.until)) != nullptr;
  }

  void Extend(int nid, const std::string& value, X509* issuer = nullptr) {
    if (!sound_) return;
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer == nullptr ? x509_.get() : issuer, x509_.get(), nullptr,
                   nullptr, 0);
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    sound_ = extension != nullptr && X509_add_ext(x509_.get(), extension, -1) == 1;
    X509_EXTENSION_free(extension);
  }

  // Result: the PEM block, signed by the key of `issuer`, which is the draft itself when null.
  absl::StatusOr<std::string> Sign(X509* issuer, EVP_PKEY* key) {
    X509* const by = issuer == nullptr ? x509_.get() : issuer;
    BioPtr bio(BIO_new(BIO_s_mem()));
    if (!sound_ || X509_set_issuer_name(x509_.get(), X509_get_subject_name(by)) != 1 ||
        X509_sign(x509_.get(), key, EVP_sha256()) <= 0 ||
        PEM_write_bio_X509(bio.get(), x509_.get()) != 1) {
      return CannotMake();
    }
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return std::string(data, static_cast<size_t>(size));
  }

 private:
  X509Ptr x509_;
  bool sound_ = false;
};

// An authority as it was read back.
struct Authority {
  X509Ptr x509;
  EvpPkeyPtr key;
  std::vector<Certificate> certificate;  // one
};

absl::StatusOr<Authority> ReadAuthority(const KeyedCertificate& pem) {
  Authority authority;
  MRG_ASSIGN_OR_RETURN(authority.certificate, ParsePemCertificates(pem.certificate_pem));
  if (authority.certificate.size() != 1) {
    return MakeError(Reason::kCertificateUnreadable, "expected one PEM certificate of a CA");
  }
  MRG_ASSIGN_OR_RETURN(authority.key,
                       ReadPrivateKeyPem(pem.private_key_pem, Reason::kCertificateUnreadable));
  BioPtr bio(
      BIO_new_mem_buf(pem.certificate_pem.data(), static_cast<int>(pem.certificate_pem.size())));
  authority.x509.reset(PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr));
  if (authority.x509 == nullptr) return CannotMake();
  const bool matches = X509_check_private_key(authority.x509.get(), authority.key.get()) == 1;
  ERR_clear_error();
  if (!matches) {
    return MakeError(Reason::kCertificateKeyMismatch, "expected the private key of the CA");
  }
  return authority;
}

using CrlPtr = std::unique_ptr<X509_CRL, OpensslFree<X509_CRL_free>>;
using RevokedPtr = std::unique_ptr<X509_REVOKED, OpensslFree<X509_REVOKED_free>>;
using IntegerPtr = std::unique_ptr<ASN1_INTEGER, OpensslFree<ASN1_INTEGER_free>>;
using Asn1TimePtr = std::unique_ptr<ASN1_TIME, OpensslFree<ASN1_TIME_free>>;

absl::Status NotOfThisAuthority(absl::string_view what) {
  ERR_clear_error();
  return MakeError(Reason::kIdentityInvalid,
                   absl::StrCat("expected a ", what, " that this CA signed"));
}

// A list of revocations on its way. Each step says whether it succeeded.
class ListDraft {
 public:
  ListDraft(const Authority& ca, const Term& term) : ca_(&ca), list_(X509_CRL_new()) {
    const Asn1TimePtr from(ASN1_TIME_set(nullptr, absl::ToTimeT(term.from)));
    const Asn1TimePtr until(ASN1_TIME_set(nullptr, absl::ToTimeT(term.until)));
    // It rises with each list, as RFC 5280 5.2.3 asks, without a record of those before.
    const IntegerPtr number(ASN1_INTEGER_new());
    sound_ = list_ != nullptr && from != nullptr && until != nullptr && number != nullptr &&
             X509_CRL_set_version(list_.get(), X509_CRL_VERSION_2) == 1 &&
             X509_CRL_set_issuer_name(list_.get(), X509_get_subject_name(ca.x509.get())) == 1 &&
             X509_CRL_set1_lastUpdate(list_.get(), from.get()) == 1 &&
             X509_CRL_set1_nextUpdate(list_.get(), until.get()) == 1 &&
             ASN1_INTEGER_set_int64(number.get(), absl::ToUnixSeconds(term.from)) == 1 &&
             X509_CRL_add1_ext_i2d(list_.get(), NID_crl_number, number.get(), 0, 0) == 1 &&
             AddKeyIdentifier();
  }

  void TakeOver(X509_CRL* before) {
    STACK_OF(X509_REVOKED)* const revoked = X509_CRL_get_REVOKED(before);
    for (int i = 0; sound_ && i < sk_X509_REVOKED_num(revoked); ++i) {
      Add(RevokedPtr(X509_REVOKED_dup(sk_X509_REVOKED_value(revoked, i))));
    }
  }

  void Revoke(X509* certificate, absl::Time now) {
    X509_REVOKED* present = nullptr;
    if (X509_CRL_get0_by_cert(list_.get(), &present, certificate) == 1) return;
    RevokedPtr revoked(X509_REVOKED_new());
    const Asn1TimePtr at(ASN1_TIME_set(nullptr, absl::ToTimeT(now)));
    sound_ =
        sound_ && revoked != nullptr && at != nullptr &&
        X509_REVOKED_set_serialNumber(revoked.get(), X509_get_serialNumber(certificate)) == 1 &&
        X509_REVOKED_set_revocationDate(revoked.get(), at.get()) == 1;
    if (sound_) Add(std::move(revoked));
  }

  absl::StatusOr<std::string> Sign() {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    if (!sound_ || X509_CRL_sort(list_.get()) != 1 ||
        X509_CRL_sign(list_.get(), ca_->key.get(), EVP_sha256()) <= 0 ||
        PEM_write_bio_X509_CRL(bio.get(), list_.get()) != 1) {
      return CannotMake();
    }
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return std::string(data, static_cast<size_t>(size));
  }

 private:
  bool AddKeyIdentifier() {
    X509V3_CTX context;
    X509V3_set_ctx(&context, ca_->x509.get(), nullptr, nullptr, list_.get(), 0);
    X509_EXTENSION* const extension =
        X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always");
    const bool added = extension != nullptr && X509_CRL_add_ext(list_.get(), extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
  }

  void Add(RevokedPtr revoked) {
    sound_ = sound_ && revoked != nullptr && X509_CRL_add0_revoked(list_.get(), revoked.get()) == 1;
    if (sound_) static_cast<void>(revoked.release());
  }

  const Authority* const ca_;
  const CrlPtr list_;
  bool sound_ = false;
};

std::string AlternativeNames(const LeafRequest& request) {
  std::string names = absl::StrCat("URI:", request.identity.value());
  for (const std::string& name : request.dns_names) absl::StrAppend(&names, ",DNS:", name);
  for (const std::string& address : request.addresses) absl::StrAppend(&names, ",IP:", address);
  return names;
}

absl::Status CheckTerm(const Certificate& authority, const Term& term) {
  // Certificates end at whole seconds.
  if (absl::FromTimeT(absl::ToTimeT(term.until)) <= authority.not_after()) return absl::OkStatus();
  return MakeError(Reason::kIdentityInvalid,
                   absl::StrCat("expected an end no later than that of the CA, ",
                                absl::FormatTime(absl::RFC3339_sec, authority.not_after(),
                                                 absl::UTCTimeZone())));
}

}  // namespace

bool IsDnsName(absl::string_view text) {
  if (text.empty() || text.size() > kDnsNameBytesMax) return false;
  const std::vector<absl::string_view> labels = absl::StrSplit(text, '.');
  for (const absl::string_view label : labels) {
    if (label.empty() || label.size() > kDnsLabelBytesMax || label.front() == '-' ||
        label.back() == '-') {
      return false;
    }
    if (!std::all_of(label.begin(), label.end(),
                     [](char c) { return absl::ascii_isalnum(c) || c == '-'; })) {
      return false;
    }
  }
  return labels.back().find_first_not_of("0123456789") != absl::string_view::npos;
}

bool IsIpAddress(absl::string_view text) {
  const std::string terminated(text);
  in6_addr address = {};
  return inet_pton(AF_INET, terminated.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, terminated.c_str(), &address) == 1;
}

absl::StatusOr<KeyedCertificate> MakeDevelopmentAuthority(absl::string_view trust_domain,
                                                          absl::Duration lifetime, absl::Time now) {
  KeyedCertificate made;
  MRG_ASSIGN_OR_RETURN(made.private_key_pem, GeneratePrivateKeyPem(Scheme::kEcdsaP256Sha256));
  MRG_ASSIGN_OR_RETURN(const EvpPkeyPtr key,
                       ReadPrivateKeyPem(made.private_key_pem, Reason::kInvariantBroken));
  Draft draft(key.get());
  draft.Names(trust_domain, "mrg development CA");
  draft.Holds({now - kBackdated, now + lifetime});
  draft.Extend(NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  draft.Extend(NID_key_usage, "critical,keyCertSign,cRLSign");
  draft.Extend(NID_subject_key_identifier, "hash");
  draft.Extend(NID_subject_alt_name, absl::StrCat("URI:spiffe://", trust_domain));
  MRG_ASSIGN_OR_RETURN(made.certificate_pem, draft.Sign(nullptr, key.get()));
  return made;
}

absl::StatusOr<std::string> RevokeDevelopmentCertificate(const KeyedCertificate& authority,
                                                         absl::string_view list_pem,
                                                         absl::string_view certificate_pem,
                                                         absl::Duration lifetime, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const Authority ca, ReadAuthority(authority));
  ListDraft draft(ca, {now - kBackdated, now + lifetime});
  if (!list_pem.empty()) {
    MRG_RETURN_IF_ERROR(ParsePemRevocationLists(list_pem).status());
    const BioPtr bio(BIO_new_mem_buf(list_pem.data(), static_cast<int>(list_pem.size())));
    const CrlPtr before(PEM_read_bio_X509_CRL(bio.get(), nullptr, NoPassphrase, nullptr));
    if (before == nullptr || X509_CRL_verify(before.get(), ca.key.get()) != 1) {
      return NotOfThisAuthority("list");
    }
    draft.TakeOver(before.get());
  }
  if (!certificate_pem.empty()) {
    MRG_RETURN_IF_ERROR(ParsePemCertificates(certificate_pem).status());
    const BioPtr bio(
        BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())));
    const X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr));
    if (certificate == nullptr || X509_verify(certificate.get(), ca.key.get()) != 1) {
      return NotOfThisAuthority("certificate");
    }
    draft.Revoke(certificate.get(), now);
  }
  MRG_ASSIGN_OR_RETURN(std::string list, draft.Sign());
  // What no node would take must not leave here.
  MRG_RETURN_IF_ERROR(ParsePemRevocationLists(list).status());
  return list;
}

absl::StatusOr<KeyedCertificate> IssueDevelopmentCertificate(const KeyedCertificate& authority,
                                                             const LeafRequest& request,
                                                             absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const Authority ca, ReadAuthority(authority));
  const std::vector<std::string>& vouches_for = ca.certificate.front().uri_sans();
  const std::string domain = absl::StrCat("spiffe://", request.identity.trust_domain());
  if (vouches_for.size() != 1 || vouches_for.front() != domain) {
    return MakeError(Reason::kIdentityInvalid,
                     absl::StrCat("expected a CA whose one URI SAN is ", domain));
  }
  const Term term = {std::max(now - kBackdated, ca.certificate.front().not_before()),
                     now + request.lifetime};
  MRG_RETURN_IF_ERROR(CheckTerm(ca.certificate.front(), term));

  KeyedCertificate made;
  MRG_ASSIGN_OR_RETURN(made.private_key_pem, GeneratePrivateKeyPem(Scheme::kEcdsaP256Sha256));
  MRG_ASSIGN_OR_RETURN(const EvpPkeyPtr key,
                       ReadPrivateKeyPem(made.private_key_pem, Reason::kInvariantBroken));
  Draft draft(key.get());
  const absl::string_view path = request.identity.path();
  draft.Names(request.identity.trust_domain(), path.substr(path.rfind('/') + 1));
  draft.Holds(term);
  draft.Extend(NID_basic_constraints, "critical,CA:FALSE");
  draft.Extend(NID_key_usage, "critical,digitalSignature");
  draft.Extend(NID_ext_key_usage, "serverAuth,clientAuth");
  draft.Extend(NID_subject_key_identifier, "hash");
  draft.Extend(NID_authority_key_identifier, "keyid:always", ca.x509.get());
  draft.Extend(NID_subject_alt_name, AlternativeNames(request));
  MRG_ASSIGN_OR_RETURN(made.certificate_pem, draft.Sign(ca.x509.get(), ca.key.get()));

  // What no node would take must not leave here.
  MRG_ASSIGN_OR_RETURN(const std::vector<Certificate> leaf,
                       ParsePemCertificates(made.certificate_pem));
  MRG_RETURN_IF_ERROR(VerifyChain(leaf.front(), {}, ca.certificate, now));
  MRG_RETURN_IF_ERROR(CheckCertificateMatchesKey(made.certificate_pem, made.private_key_pem));
  return made;
}

}  // namespace mrg
