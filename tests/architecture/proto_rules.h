#ifndef MRG_TESTS_ARCHITECTURE_PROTO_RULES_H_
#define MRG_TESTS_ARCHITECTURE_PROTO_RULES_H_

// Rules that our interface files keep: a comment on every item, and the naming rules of buf's
// STANDARD set, so that they hold also where buf is not installed. Pure functions.

#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace mrg {

// Result: the items of `file` (messages, fields, oneofs, enums, enum values, services, rpcs) that
// have neither a leading nor a trailing comment, one line each.
std::vector<std::string> UncommentedItems(const google::protobuf::FileDescriptor& file);

// Result: one line for each broken rule: package and folder agree and end in a version, message and
// enum names, lower_snake fields, enum value prefix and zero value, service suffix, and requests
// and responses named after their rpc. A message used by two rpcs cannot fit both names.
std::vector<std::string> MisnamedItems(const google::protobuf::FileDescriptor& file);

}  // namespace mrg

#endif  // MRG_TESTS_ARCHITECTURE_PROTO_RULES_H_
