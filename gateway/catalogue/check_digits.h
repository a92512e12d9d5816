#ifndef MRG_GATEWAY_CATALOGUE_CHECK_DIGITS_H_
#define MRG_GATEWAY_CATALOGUE_CHECK_DIGITS_H_

// Check digits of the national identifiers. Each function tells a wrong form from a wrong check
// digit, and never repairs.
//
// Thread-safe: pure functions.

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "gateway/base/reason.h"

namespace mrg {

// All results: nullopt when the text is good; ELEMENT_MALFORMED when its form is wrong (length,
// alphabet, lower-case letters, an impossible date); CHECK_DIGIT_WRONG when only a check digit is.

// Resident identity number, 18 characters: area (a province of GB/T 2260), birth date, sequence,
// check. A birth date after `today` is impossible too. Source: GB 11643-1999. The 15-digit form of
// before 1999 is refused.
std::optional<Reason> IdentityNumberRefusal(absl::string_view number,
                                            absl::CivilDay today = absl::CivilDay::max());

// Unified social credit code, 18 characters, with the organisation code inside.
// Source: GB 32100-2015, GB 11714-1997.
std::optional<Reason> SocialCreditCodeRefusal(absl::string_view code);

// Organisation code, XXXXXXXX-C or nine characters without the hyphen. Source: GB 11714-1997.
std::optional<Reason> OrganisationCodeRefusal(absl::string_view code);

// Licence-type code, 21 characters: social credit code of the defining body and three digits.
// Source: GB/T 36904-2018.
std::optional<Reason> TypeCodeRefusal(absl::string_view code);

// Licence identifier: 1.2.156.3005.2.<type>.<issuer>.<serial>.<version>.<check>.
// Source: GB/T 36904-2018; check character ISO/IEC 7064 MOD 37,36.
std::optional<Reason> LicenceIdentifierRefusal(absl::string_view identifier);

// Result: the ISO/IEC 7064 MOD 37,36 check character of `text`; nullopt when it is empty or a
// character is not of [0-9A-Z].
std::optional<char> Mod3736CheckCharacter(absl::string_view text);

// Result: true for a date that exists, years 0001 to 9999 of the Gregorian calendar.
bool IsCalendarDay(int year, int month, int day);

// Result: true for YYYY-MM-DD naming a day that exists.
bool IsDateText(absl::string_view text);

// Result: true for an amount in plain digits, at most 64 bytes: [-]digits[.digits], no leading
// zeros.
bool IsDecimalText(absl::string_view text);

// Result: true for the two-digit code of a province-level division of GB/T 2260.
bool IsProvinceCode(absl::string_view code);

}  // namespace mrg

#endif  // MRG_GATEWAY_CATALOGUE_CHECK_DIGITS_H_
