#ifndef MRG_GATEWAY_BASE_HOST_PORT_H_
#define MRG_GATEWAY_BASE_HOST_PORT_H_

// The form of a network address in configurations and lists.
//
// Thread-safe: pure function.

#include "absl/strings/string_view.h"

namespace mrg {

// Result: true for "host:port", port 0 to 65535; 1 to 65535 when `port_required`. An IPv6 host is
// in brackets.
bool IsHostPort(absl::string_view address, bool port_required);

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_HOST_PORT_H_
