package io.changepassword.compat;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * CVE-2026-18963: an account takeover by Keycloak's own flow for forgotten passwords. The only place where a version's number is
 * looked at, since a hole has no shape.
 */
public final class KnownTakeover {

    /** Where a backport closed it: by minor of Keycloak 26, the first patch without. Older minors have none. */
    private static final SortedMap<Integer, Integer> FIXED = new TreeMap<>(Map.of(4, 15, 6, 6, 7, 2));

    private static final int FIRST_MINOR_WITHOUT = 8;

    private static final Pattern KEYCLOAK_26 = Pattern.compile("26\\.(\\d{1,4})\\.(\\d{1,4})(\\D.*)?");

    /** For the log. */
    public static final String FIXED_VERSIONS = FIXED.entrySet().stream()
            .map(fixed -> "26." + fixed.getKey() + '.' + fixed.getValue())
            .collect(Collectors.joining(", "));

    private KnownTakeover() {}

    /** @return whether this Keycloak has it; false of a version whose number tells nothing */
    public static boolean isIn(String version) {
        Matcher numbers = KEYCLOAK_26.matcher(version);
        if (!numbers.matches()) {
            return false;
        }
        int minor = Integer.parseInt(numbers.group(1));
        Integer fixedBy = FIXED.get(minor);
        return fixedBy == null ? minor < FIRST_MINOR_WITHOUT : Integer.parseInt(numbers.group(2)) < fixedBy;
    }
}
