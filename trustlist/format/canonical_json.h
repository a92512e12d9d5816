#ifndef MRG_TRUSTLIST_FORMAT_CANONICAL_JSON_H_
#define MRG_TRUSTLIST_FORMAT_CANONICAL_JSON_H_

// The byte string that TUF signs for a JSON value: OLPC canonical JSON. Not RFC 8785 (JCS): only
// quote and backslash are escaped, control characters stand raw, and there are no fractions.
//
// Thread-safe: pure function.

#include <string>

#include "trustlist/format/json_document.h"

namespace mrg {

// Result: UTF-8 without white space, members sorted by code point.
// REQUIRES: `value` came from ParseJsonDocument or holds nothing that it would refuse.
// Source: TUF 1.0 section 4.2.1; OLPC canonical JSON.
std::string CanonicalJson(const Json& value);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_CANONICAL_JSON_H_
