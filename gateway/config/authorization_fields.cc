#include "gateway/config/authorization_fields.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/base/status_macros.h"
#include "gateway/config/config_fields.h"
#include "google/protobuf/descriptor.h"
#include "mrg/audit/v1/audit.pb.h"
#include "mrg/dispute/v1/dispute_queue.pb.h"
#include "mrg/dispute/v1/dispute_relay.pb.h"
#include "mrg/dispute/v1/dispute_service.pb.h"
#include "mrg/gateway/v1/catalogue_service.pb.h"
#include "mrg/gateway/v1/recognition.pb.h"
#include "mrg/gateway/v1/status.pb.h"
#include "mrg/gateway/v1/translation.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "mrg/trustlist/v1/trust_repository.pb.h"

namespace mrg {
namespace {

// gRPC's own, which needs no rule; one who has one is no stranger to whom the node gives few
// places.
constexpr absl::string_view kHealthMethods[] = {"grpc.health.v1.Health/Check",
                                                "grpc.health.v1.Health/*"};

// Of each file with a service on the listeners `api` or `federation`, one message.
std::vector<const google::protobuf::ServiceDescriptor*> ServicesOfListeners() {
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  for (const google::protobuf::Descriptor* message :
       {gateway::v1::RecognizeRequest::descriptor(), gateway::v1::TranslateRequest::descriptor(),
        gateway::v1::ListCredentialTypesRequest::descriptor(),
        gateway::v1::SetLicenceStatusRequest::descriptor(),
        audit::v1::GetCheckpointRequest::descriptor(),
        dispute::v1::FileDisputeRequest::descriptor(),
        dispute::v1::AcceptDisputeRequest::descriptor(), dispute::v1::DeliverRequest::descriptor(),
        trustlist::v1::GetMetadataRequest::descriptor(),
        trustlist::v1::GetEpochKeyRequest::descriptor()}) {
    const google::protobuf::FileDescriptor& file = *message->file();
    for (int i = 0; i < file.service_count(); ++i) services.push_back(file.service(i));
  }
  return services;
}

std::string Field(int rule, absl::string_view field) {
  return absl::StrCat("authorization.rules[", rule, "].", field);
}

// REQUIRES: the pattern is one.
absl::Status CheckIdentity(int rule, const std::string& identity,
                           const absl::flat_hash_set<std::string>& trust_domains) {
  const std::vector<std::string> segments = absl::StrSplit(identity, '/');
  if (trust_domains.contains(segments[2])) return absl::OkStatus();
  return ConfigInvalid(Field(rule, "identity"),
                       absl::StrCat("a trust domain of trust_domains, got \"", segments[2], "\""));
}

// REQUIRES: the pattern is one.
absl::Status CheckMethod(int rule, const std::string& pattern) {
  if (absl::c_linear_search(kHealthMethods, pattern)) return absl::OkStatus();
  const std::pair<std::string, std::string> parts = absl::StrSplit(pattern, '/');
  const auto services = ServicesOfListeners();
  for (const google::protobuf::ServiceDescriptor* service : services) {
    if (service->full_name() != parts.first) continue;
    if (parts.second == "*" || service->FindMethodByName(parts.second) != nullptr) {
      return absl::OkStatus();
    }
    std::vector<std::string> methods = {"*"};
    for (int i = 0; i < service->method_count(); ++i) methods.push_back(service->method(i)->name());
    return ConfigInvalid(Field(rule, "methods"),
                         absl::StrCat("of ", parts.first, " one of ", absl::StrJoin(methods, ", "),
                                      "; got \"", parts.second, "\""));
  }
  const auto name = [](std::string* out, const google::protobuf::ServiceDescriptor* service) {
    absl::StrAppend(out, service->full_name());
  };
  return ConfigInvalid(Field(rule, "methods"),
                       absl::StrCat("a service of ", absl::StrJoin(services, ", ", name),
                                    "; got \"", parts.first, "\""));
}

}  // namespace

absl::StatusOr<std::vector<AuthorizationRule>> CheckAuthorization(
    const gateway::v1::AuthorizationTable& table,
    const absl::flat_hash_set<std::string>& trust_domains) {
  std::vector<AuthorizationRule> rules;
  for (int i = 0; i < table.rules_size(); ++i) {
    const gateway::v1::AuthorizationRule& rule = table.rules(i);
    AuthorizationRule checked;
    checked.identity = rule.identity();
    checked.methods.assign(rule.methods().begin(), rule.methods().end());
    for (const std::string& text : rule.jurisdictions()) {
      MRG_ASSIGN_OR_RETURN(JurisdictionId id,
                           ConfigId<JurisdictionId>(Field(i, "jurisdictions"), text));
      checked.jurisdictions.push_back(std::move(id));
    }
    for (const std::string& text : rule.scenarios()) {
      MRG_ASSIGN_OR_RETURN(ScenarioId id, ConfigId<ScenarioId>(Field(i, "scenarios"), text));
      checked.scenarios.push_back(std::move(id));
    }
    for (const std::string& text : rule.issuer_codes()) {
      MRG_ASSIGN_OR_RETURN(IssuerCode code, ConfigId<IssuerCode>(Field(i, "issuer_codes"), text));
      checked.issuer_codes.push_back(std::move(code));
    }
    for (const std::string& text : rule.type_codes()) {
      MRG_ASSIGN_OR_RETURN(LicenceTypeCode code,
                           ConfigId<LicenceTypeCode>(Field(i, "type_codes"), text));
      checked.type_codes.push_back(std::move(code));
    }
    rules.push_back(std::move(checked));
  }
  MRG_RETURN_IF_ERROR(Authorization::Create(rules, {}).status());
  for (int i = 0; i < table.rules_size(); ++i) {
    MRG_RETURN_IF_ERROR(CheckIdentity(i, table.rules(i).identity(), trust_domains));
    for (const std::string& method : table.rules(i).methods()) {
      MRG_RETURN_IF_ERROR(CheckMethod(i, method));
    }
  }
  return rules;
}

}  // namespace mrg
