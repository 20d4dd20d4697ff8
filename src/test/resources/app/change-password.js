// Changes the password of the user who is signed in with keycloak-js. Resolves when it is changed, else rejects with a
// ChangePasswordError.
export async function changePassword(keycloak, { loginId, oldPassword, newPassword }) {
  const token = await freshToken(keycloak);
  const response = await post(keycloak, token, { loginId, oldPassword, newPassword });
  if (!response.ok) {
    throw await errorOf(response);
  }
}

// What the app can do about it:
//   "fields"          show `fields`: { oldPassword: [{ policy, params, message }], newPassword: [...] }
//   "reauthenticate"  sign in again, with `maxAge` if there is one
//   "later"           try again in `retryAfter` seconds, if there is such a number
//   "conflict"        another change is under way: try again
//   "unreachable"     the network or the server is down, and nobody knows whether the password was changed
//   "refused"         nothing: this user, client or realm may not; `code` says why
export class ChangePasswordError extends Error {
  constructor(kind, message, details = {}) {
    super(message);
    this.name = "ChangePasswordError";
    this.kind = kind;
    Object.assign(this, details);
  }
}

async function freshToken(keycloak) {
  try {
    await keycloak.updateToken(30);
  } catch {
    // keycloak-js drops its token when the session has ended, and keeps it when the network is down.
    throw new ChangePasswordError(keycloak.token ? "unreachable" : "reauthenticate");
  }
  return keycloak.token;
}

async function post(keycloak, token, body) {
  const realm = `${keycloak.authServerUrl.replace(/\/$/, "")}/realms/${encodeURIComponent(keycloak.realm)}`;
  try {
    return await fetch(`${realm}/change-password/api/svc/v1/users/change-password`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
    });
  } catch {
    throw new ChangePasswordError("unreachable");
  }
}

async function errorOf(response) {
  const { error, error_description: message, violations = [] } = await response.json().catch(() => ({}));
  const retryAfter = Number(response.headers.get("Retry-After")) || undefined;
  switch (response.status) {
    case 400:
      return violations.length > 0
        ? new ChangePasswordError("fields", message, { code: error, fields: byField(violations) })
        : new ChangePasswordError("refused", message, { code: error });
    case 401:
      return new ChangePasswordError("reauthenticate", message, { code: error, maxAge: maxAge(response) });
    case 409:
      return new ChangePasswordError("conflict", message, { code: error });
    case 429:
    case 503:
      return new ChangePasswordError("later", message, { code: error, retryAfter });
    default:
      return new ChangePasswordError("refused", message, { code: error });
  }
}

function byField(violations) {
  const fields = {};
  for (const { field, policy, params, message } of violations) {
    (fields[field] ??= []).push({ policy, params, message });
  }
  return fields;
}

// How old the sign-in may be, in seconds (RFC 9470).
function maxAge(response) {
  const seconds = /max_age="(\d+)"/.exec(response.headers.get("WWW-Authenticate") ?? "")?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
