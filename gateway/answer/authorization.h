#ifndef MRG_GATEWAY_ANSWER_AUTHORIZATION_H_
#define MRG_GATEWAY_ANSWER_AUTHORIZATION_H_

// Which caller may call what, for which jurisdiction and scenario it may ask, and for which issuing
// authority it may set the status of licences. The table comes from the configuration; whoever is
// not in it is refused.
//
// Thread-safe: the table is replaced as a whole.

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/answer/caller.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/shared_cell.h"

namespace mrg {

// One row of the table.
struct AuthorizationRule {
  // A SPIFFE id in which a whole path segment may be "*": any one segment, never several, never
  // part of one, never the trust domain.
  std::string identity;
  // Full names: "mrg.gateway.v1.RecognitionService/Recognize", or a whole service with "/*".
  std::vector<std::string> methods;
  // Jurisdictions the identity may ask for. Empty: its own, if its path is /jurisdiction/NN/...
  std::vector<JurisdictionId> jurisdictions;
  // Scenarios it may name. Empty: any.
  std::vector<ScenarioId> scenarios;
  // Issuing authorities for which it may set status. Empty: its own, if its path is
  // /jurisdiction/NN/authority/<issuer code>.
  std::vector<IssuerCode> issuer_codes = {};
  // Licence types whose status it may set. Empty: any that the issuer list names for the authority.
  std::vector<LicenceTypeCode> type_codes = {};
};

class Authorization {
 public:
  // `served`: the jurisdictions of this node.
  // Errors: CONFIG_INVALID naming the rule and its field.
  static absl::StatusOr<Authorization> Create(std::vector<AuthorizationRule> rules,
                                              std::set<JurisdictionId> served);

  // Has the table of `next` count from now on; a call that is under way may be judged by both.
  void Replace(Authorization next);

  // Whether the caller may call its method. The admin identity may call whatever the admin
  // listener offers; no other listener has it.
  // Errors: IDENTITY_NOT_LISTED.
  absl::Status Authorize(const Caller& caller) const;

  // Whether any rule names the identity, whatever it may call; the admin identity is.
  bool Lists(const SpiffeId& identity) const;

  // Whether the caller may ask for `using_jurisdiction` and `scenario`.
  // Errors: JURISDICTION_NOT_ALLOWED; JURISDICTION_NOT_SERVED when the caller may, but not here.
  // Source: docs/threats.md R12.
  absl::Status AuthorizeUse(const Caller& caller, const JurisdictionId& using_jurisdiction,
                            const ScenarioId& scenario) const;

  // The same for a call that names no scenario: rules are matched by jurisdiction alone.
  absl::Status AuthorizeJurisdiction(const Caller& caller,
                                     const JurisdictionId& jurisdiction) const;

  // Whether the caller may set the status of the jurisdiction's licences of this type. `stated`:
  // the authority that the call names; nullopt: the caller's own. Result: the authority for which
  // it does so. Errors: as AuthorizeJurisdiction; FIELD_REQUIRED when no authority is stated and
  // the caller is none itself; ISSUER_NOT_ALLOWED.
  absl::StatusOr<IssuerCode> AuthorizeStatus(const Caller& caller,
                                             const JurisdictionId& jurisdiction,
                                             const LicenceTypeCode& type_code,
                                             const std::optional<IssuerCode>& stated) const;

 private:
  struct Table {
    std::vector<AuthorizationRule> rules;
    std::set<JurisdictionId> served;
  };

  explicit Authorization(Table table);
  absl::Status AuthorizeFor(const Caller& caller, const JurisdictionId& jurisdiction,
                            const ScenarioId* scenario) const;

  std::unique_ptr<SharedCell<const Table>> table_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_AUTHORIZATION_H_
