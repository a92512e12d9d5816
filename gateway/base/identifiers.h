#ifndef MRG_GATEWAY_BASE_IDENTIFIERS_H_
#define MRG_GATEWAY_BASE_IDENTIFIERS_H_

// Identifiers as distinct types: a MemberId cannot be passed where a JurisdictionId is meant.
// Each has one syntax, checked at Parse; whoever holds one holds a well-formed one.
//
// Thread-safe: immutable values.

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

// A string with a syntax. `Kind` names the type and supplies `static bool IsValid(string_view)`
// and `static constexpr char kExpected[]` for messages.
template <typename Kind>
class Identifier {
 public:
  // Result: the identifier. Errors: FIELD_MALFORMED, stating what was expected.
  static absl::StatusOr<Identifier> Parse(absl::string_view text);

  const std::string& value() const { return value_; }

  friend bool operator==(const Identifier& a, const Identifier& b) { return a.value_ == b.value_; }
  friend bool operator!=(const Identifier& a, const Identifier& b) { return !(a == b); }
  friend bool operator<(const Identifier& a, const Identifier& b) { return a.value_ < b.value_; }
  template <typename H>
  friend H AbslHashValue(H h, const Identifier& id) {
    return H::combine(std::move(h), id.value_);
  }

 private:
  explicit Identifier(absl::string_view value) : value_(value) {}
  std::string value_;
};

// A node's owner in the federation, e.g. "yangtze-delta": [a-z0-9-]{1,63}.
struct MemberIdKind {
  static constexpr char kExpected[] = "a member id, [a-z0-9-]{1,63}";
  static bool IsValid(absl::string_view text);
};
using MemberId = Identifier<MemberIdKind>;

// GB/T 2260 province code, two digits, e.g. "31".
struct JurisdictionIdKind {
  static constexpr char kExpected[] = "a province code of GB/T 2260, two digits";
  static bool IsValid(absl::string_view text);
};
using JurisdictionId = Identifier<JurisdictionIdKind>;

// National licence-type code (GB/T 36904): 18-character GB 32100 code of the defining body
// followed by three digits; 21 characters of [0-9A-Z].
struct LicenceTypeCodeKind {
  static constexpr char kExpected[] = "a licence-type code, 21 characters of [0-9A-Z]";
  static bool IsValid(absl::string_view text);
};
using LicenceTypeCode = Identifier<LicenceTypeCodeKind>;

// Unified social credit code of an issuing authority (GB 32100), 18 characters; syntax only, the
// check digits are checked by gateway/catalogue.
struct IssuerCodeKind {
  static constexpr char kExpected[] = "an issuer code of GB 32100, 18 characters";
  static bool IsValid(absl::string_view text);
};
using IssuerCode = Identifier<IssuerCodeKind>;

// Use scenario of an agreement: [a-z0-9-]{1,64}.
struct ScenarioIdKind {
  static constexpr char kExpected[] = "a scenario id, [a-z0-9-]{1,64}";
  static bool IsValid(absl::string_view text);
};
using ScenarioId = Identifier<ScenarioIdKind>;

// Agreement between jurisdictions: [a-z0-9-]{1,64}.
struct AgreementIdKind {
  static constexpr char kExpected[] = "an agreement id, [a-z0-9-]{1,64}";
  static bool IsValid(absl::string_view text);
};
using AgreementId = Identifier<AgreementIdKind>;

// Data standard (dialect) of a licence document, e.g. "delta-reply" or "cq-sample":
// [a-z0-9-]{1,64}.
struct StandardIdKind {
  static constexpr char kExpected[] = "a document standard, [a-z0-9-]{1,64}";
  static bool IsValid(absl::string_view text);
};
using StandardId = Identifier<StandardIdKind>;

// Caller-chosen id of a mutating request: [A-Za-z0-9._-]{1,64}.
struct RequestIdKind {
  static constexpr char kExpected[] = "a request id, [A-Za-z0-9._-]{1,64}";
  static bool IsValid(absl::string_view text);
};
using RequestId = Identifier<RequestIdKind>;

// SPIFFE id of a peer: "spiffe://<trust domain>/<path>", at most 2048 bytes (SPIFFE ID 2.3).
struct SpiffeIdKind {
  static constexpr char kExpected[] = "a SPIFFE id, spiffe://<trust domain>/<path>";
  static bool IsValid(absl::string_view text);
};
class SpiffeId : public Identifier<SpiffeIdKind> {
 public:
  explicit SpiffeId(Identifier<SpiffeIdKind> id) : Identifier<SpiffeIdKind>(std::move(id)) {}
  static absl::StatusOr<SpiffeId> Parse(absl::string_view text);
  absl::string_view trust_domain() const;
  absl::string_view path() const;  // starts with '/'
};

// Result: true when `text` is well-formed UTF-8 (no overlong forms, no surrogates, at most
// U+10FFFF).
bool IsUtf8(absl::string_view text);

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_IDENTIFIERS_H_
