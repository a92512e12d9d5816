#include "gateway/cli/setup/member_plan.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gateway/base/host_port.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/ceremony/membership.h"
#include "gateway/cli/certificate_files.h"
#include "gateway/crypto/development_authority.h"

namespace mrg {
namespace {

absl::Status Malformed(absl::string_view flag, absl::string_view expected,
                       absl::string_view found) {
  return MakeFieldError(Reason::kFieldMalformed, flag,
                        absl::StrCat("expected ", expected, ", found \"", found, "\""));
}

// Result: the host of HOST:PORT without brackets. REQUIRES: IsHostPort.
std::string HostOf(absl::string_view address) {
  absl::string_view host = address.substr(0, address.rfind(':'));
  if (host.front() == '[') host = host.substr(1, host.size() - 2);
  return std::string(host);
}

bool IsEverywhere(absl::string_view host) { return host == "0.0.0.0" || host == "::"; }

absl::Status CheckAddress(absl::string_view flag, absl::string_view address) {
  if (!IsHostPort(address, true)) {
    return Malformed(flag, "HOST:PORT, port 1 to 65535, an IPv6 address in brackets", address);
  }
  const std::string host = HostOf(address);
  if (IsIpAddress(host) || IsDnsName(host)) return absl::OkStatus();
  return Malformed(flag, "HOST:PORT, the host a name or an address", address);
}

absl::Status CheckJurisdictions(MemberPlan* plan) {
  if (plan->is_hub) return absl::OkStatus();
  std::vector<std::string>& codes = plan->jurisdictions;
  for (const std::string& code : codes) {
    if (!JurisdictionIdKind::IsValid(code)) {
      return Malformed("--jurisdictions", JurisdictionIdKind::kExpected, code);
    }
  }
  std::sort(codes.begin(), codes.end());
  const auto twice = std::adjacent_find(codes.begin(), codes.end());
  if (codes.empty()) return Malformed("--jurisdictions", "at least one province code", "");
  if (twice != codes.end()) return Malformed("--jurisdictions", "each code once", *twice);
  return absl::OkStatus();
}

absl::Status CheckListeners(MemberPlan* plan) {
  MRG_RETURN_IF_ERROR(CheckAddress("--federation", plan->federation));
  if (!plan->api.empty()) MRG_RETURN_IF_ERROR(CheckAddress("--api", plan->api));
  if (!plan->metrics.empty()) MRG_RETURN_IF_ERROR(CheckAddress("--metrics", plan->metrics));
  if (!plan->rest.empty()) MRG_RETURN_IF_ERROR(CheckAddress("--rest", plan->rest));
  if (plan->endpoint.empty()) plan->endpoint = plan->federation;
  MRG_RETURN_IF_ERROR(CheckAddress("--endpoint", plan->endpoint));
  if (IsEverywhere(HostOf(plan->endpoint))) {
    return Malformed("--endpoint", "the HOST:PORT at which other nodes reach --federation",
                     plan->endpoint);
  }
  std::set<std::string> taken;
  for (const std::string* address : {&plan->federation, &plan->api, &plan->metrics, &plan->rest}) {
    if (!address->empty() && !taken.insert(*address).second) {
      return Malformed("--api, --federation, --metrics, --rest", "addresses that differ", *address);
    }
  }
  return absl::OkStatus();
}

// The certificate has to say every host by which the node is called.
void AddHosts(MemberPlan* plan) {
  std::set<std::string> names(plan->dns_names.begin(), plan->dns_names.end());
  std::set<std::string> addresses(plan->addresses.begin(), plan->addresses.end());
  for (const std::string* address : {&plan->endpoint, &plan->federation, &plan->api, &plan->rest}) {
    if (address->empty()) continue;
    const std::string host = HostOf(*address);
    if (IsEverywhere(host)) continue;
    (IsIpAddress(host) ? addresses : names).insert(host);
  }
  if (names.contains("localhost") || addresses.contains("127.0.0.1")) {
    names.insert("localhost");
    addresses.insert("127.0.0.1");
  }
  plan->dns_names.assign(names.begin(), names.end());
  plan->addresses.assign(addresses.begin(), addresses.end());
}

absl::Status CheckHub(const MemberPlan& plan, KnownHub* hub) {
  if (!MemberIdKind::IsValid(hub->member) || hub->member == plan.member) {
    return Malformed("--hub-member", "the hub's member id, which is not the own one", hub->member);
  }
  MRG_RETURN_IF_ERROR(CheckAddress("--hub-endpoint", hub->endpoint));
  const auto root = ReadRootFile(hub->root);
  if (!root.ok()) {
    return MakeFieldError(Reason::kFieldMalformed, "--hub-root",
                          "expected the file of the hub's root metadata, 1.root.json");
  }
  if (hub->trust_domain.empty()) {
    MRG_ASSIGN_OR_RETURN(hub->trust_domain, TrustDomainOfCa("--hub-ca", hub->ca_pem));
  }
  MRG_RETURN_IF_ERROR(CheckTrustDomain("--hub-trust-domain", hub->trust_domain));
  if (hub->trust_domain != plan.trust_domain) return absl::OkStatus();
  return Malformed("--trust-domain", "a trust domain of its own, not the hub's", plan.trust_domain);
}

}  // namespace

absl::Status CompletePlan(MemberPlan* plan) {
  if (!MemberIdKind::IsValid(plan->member)) {
    return Malformed("--member", MemberIdKind::kExpected, plan->member);
  }
  if (!MemberIdKind::IsValid(plan->log_id)) {
    return Malformed("--log-id", "the name of a log, [a-z0-9-]{1,63}", plan->log_id);
  }
  if (plan->data_dir.empty()) return Malformed("--data-dir", "a path", "");
  if (plan->admin_socket.empty()) return Malformed("--admin-socket", "a path", "");
  MRG_RETURN_IF_ERROR(CheckJurisdictions(plan));
  MRG_RETURN_IF_ERROR(CheckTrustDomain("--trust-domain", plan->trust_domain));
  MRG_RETURN_IF_ERROR(CheckListeners(plan));
  MRG_RETURN_IF_ERROR(DaysOf("--days", plan->certificate_days, kCertificateDaysMax).status());
  AddHosts(plan);
  return plan->is_hub ? absl::OkStatus() : CheckHub(*plan, &plan->hub);
}

}  // namespace mrg
