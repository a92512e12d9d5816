#ifndef MRG_GATEWAY_CLI_SETUP_MEMBER_FOLDER_H_
#define MRG_GATEWAY_CLI_SETUP_MEMBER_FOLDER_H_

// The folder of a new member: keys, certificates of a development CA, configuration, repository and
// what its first ceremony signed. It appears whole, for its owner alone, or not at all.
//
// Threads: one process at a time makes or changes a folder.

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/cli/setup/member_plan.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {

// What a region hands to the hub, a FederationMember as textproto; and what the hub lists.
inline constexpr char kMemberFile[] = "member.textproto";
inline constexpr char kFederationFile[] = "federation.textproto";
inline constexpr char kFederationHead[] =
    "# The members as they were staged last; `mrgctl member add` adds one.\n";

// Result: that a new folder may be made at `dir`. Errors: AlreadyExists for anything but an empty
// folder; InvalidArgument for one that no other can take the place of (a symbolic link, a mount
// point, the working folder), and for a path too long for the admin socket, which counts from the
// folder; each naming --dir or --admin-socket.
absl::Status CheckMayBeMade(const std::string& dir, const std::string& admin_socket);

// Makes the folder of `plan`; a node starts with it, as LoadNodeConfig found.
// REQUIRES: a completed plan. Result: the member's entry for the list of members.
// Errors: as CheckMayBeMade, StageTarget (of the dictionary), LoadNodeConfig; Unavailable.
absl::StatusOr<trustlist::v1::FederationMember> MakeMemberFolder(const MemberPlan& plan,
                                                                 const std::string& dir,
                                                                 absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_SETUP_MEMBER_FOLDER_H_
