#include "gateway/crypto/random.h"

#include <cstdint>
#include <cstdlib>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "openssl/rand.h"

namespace mrg {

std::string RandomBytes(size_t size) {
  std::string bytes(size, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)) != 1) {
    std::abort();
  }
  return bytes;
}

std::string NewUuidV7(absl::Time now) {
  std::string bytes = RandomBytes(16);
  const auto millis = static_cast<uint64_t>(absl::ToUnixMillis(now));
  for (int i = 0; i < 6; ++i) bytes[i] = static_cast<char>(millis >> (40 - 8 * i));
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x70);  // version 7
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);  // variant of RFC 9562 4.1
  const std::string hex = absl::BytesToHexString(bytes);
  const absl::string_view h(hex);
  return absl::StrCat(h.substr(0, 8), "-", h.substr(8, 4), "-", h.substr(12, 4), "-",
                      h.substr(16, 4), "-", h.substr(20));
}

}  // namespace mrg
