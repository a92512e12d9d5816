#include "gateway/cli/trust_state_words.h"

#include <string>

#include "gateway/base/proto_time.h"
#include "gateway/cli/spoken_digest.h"

namespace mrg {

void PrintRoles(const google::protobuf::RepeatedPtrField<gateway::v1::RoleState>& roles,
                Display& out) {
  for (const auto& role : roles) {
    out << "  " << role.role() << " version " << role.version() << " until "
        << ToTime(role.expires()) << "\n";
  }
}

void PrintRepin(const gateway::v1::RepinnedRoot& repin, Display& out) {
  out << "  RE-PINNED " << ToTime(repin.repinned_at()) << " from root version "
      << repin.old_root_version() << " sha256 " << SpokenDigest(repin.old_root_sha256())
      << " to root version " << repin.new_root_version() << " sha256 "
      << SpokenDigest(repin.new_root_sha256()) << ": " << repin.because() << "\n";
}

void PrintTrustState(const gateway::v1::GetTrustStateResponse& state, Display& out) {
  out << OwnWords(state.ready() ? "ready" : "NOT READY") << "\n";
  for (const std::string& reason : state.not_ready_reasons()) out << "  " << reason << "\n";
  out << "snapshot ";
  if (state.snapshot_id().empty()) out << "none";
  out << state.snapshot_id() << "\n";
  for (const auto& publisher : state.publishers()) {
    out << publisher.publisher();
    if (publisher.roles().empty()) {
      out << ": nothing in force";
    } else if (publisher.has_in_force_at()) {
      out << ": in force since " << ToTime(publisher.in_force_at());
    }
    if (!publisher.last_refusal().empty()) {
      out << ", last refresh refused: " << publisher.last_refusal();
    }
    out << "\n";
    PrintRoles(publisher.roles(), out);
    for (const auto& repin : publisher.repins()) PrintRepin(repin, out);
  }
}

}  // namespace mrg
