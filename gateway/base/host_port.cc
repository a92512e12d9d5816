#include "gateway/base/host_port.h"

#include <cstdint>

#include "absl/strings/numbers.h"

namespace mrg {

bool IsHostPort(absl::string_view address, bool port_required) {
  const size_t colon = address.rfind(':');
  if (colon == absl::string_view::npos) return false;
  const absl::string_view host = address.substr(0, colon);
  const absl::string_view digits = address.substr(colon + 1);
  const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (host.empty() || (!in_brackets && host.find_first_of(":/ []") != absl::string_view::npos)) {
    return false;
  }
  uint32_t port = 0;
  return digits.find_first_not_of("0123456789") == absl::string_view::npos &&
         absl::SimpleAtoi(digits, &port) && port <= 65535 && (port != 0 || !port_required);
}

}  // namespace mrg
