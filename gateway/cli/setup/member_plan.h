#ifndef MRG_GATEWAY_CLI_SETUP_MEMBER_PLAN_H_
#define MRG_GATEWAY_CLI_SETUP_MEMBER_PLAN_H_

// What a new member of the federation is to be, as `mrgctl init` is told.
//
// Thread-safe: plain values and pure functions.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gateway/crypto/scheme.h"

namespace mrg {

// The hub, as a region knows it before it ever asks it anything.
struct KnownHub {
  std::string member = "hub";
  std::string endpoint;      // HOST:PORT of its federation listener
  std::string trust_domain;  // empty: as its CA says
  std::string root;          // bytes of its root metadata
  std::string ca_pem;
};

struct MemberPlan {
  bool is_hub = false;
  std::string member;
  std::string log_id = "log-1";
  std::vector<std::string> jurisdictions;  // none for the hub
  std::string trust_domain;
  std::string api;         // HOST:PORT to listen at, each; empty: no such listener
  std::string federation;  // never empty
  std::string metrics;
  std::string rest;
  std::string data_dir = "data";                // a path, from the folder
  std::string admin_socket = "run/admin.sock";  // a path, from the folder
  std::string endpoint;                // at which others reach `federation`; empty: the same
  std::vector<std::string> dns_names;  // further hosts of the node
  std::vector<std::string> addresses;
  int certificate_days = 30;
  Scheme province_scheme = Scheme::kSm2Sm3;
  std::string dictionary;               // file; the hub's, empty: none yet
  std::vector<std::string> calendars;   // YEAR=FILE each; the hub's
  std::vector<std::string> catalogues;  // NN=FILE each; of a region's provinces
  KnownHub hub;                         // of a region
};

// Checks what is asked for, and fills in what follows from it: `endpoint`, `hub.trust_domain`, the
// hosts of the addresses in `dns_names` and `addresses`; jurisdictions are sorted.
// Errors: FIELD_MALFORMED, CERTIFICATE_UNREADABLE, each naming the flag and what was expected.
absl::Status CompletePlan(MemberPlan* plan);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_SETUP_MEMBER_PLAN_H_
