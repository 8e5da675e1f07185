// What a script's questions to the server go through, so that the end of a session is said and nothing chosen is lost.
// The server answers whoever is signed out with 401 and a stale token with 403, both with words and a new token.
const HEADERS = { "X-Requested-With": "fetch" };
let retried = false;

// Like fetch, for forms. A session that went on in another tab has another token; then it is asked once more.
export async function post(url, data, options = {}) {
  const send = () => {
    data.set("csrfmiddlewaretoken", token());
    return fetch(url, { method: "POST", body: data, headers: HEADERS, ...options });
  };
  const response = await send();
  if (response.status === 403 && take(await answerOf(response))) return heard(await send());
  return heard(response);
}

async function heard(response) {
  if (response.status === 401) say(await answerOf(response));
  else if (response.ok) forget();
  return response;
}

const answerOf = (response) =>
  response
    .clone()
    .json()
    .catch(() => ({}));

const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

function take(answer) {
  if (!answer.token) return false;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = answer.token;
  return answer.code === "stale_token";
}

// Beside the button where the page has a place for it, or else among the messages.
function say(answer) {
  take(answer);
  if (!answer.sign_in || document.getElementById("signed-out")) return;
  const notice = document.createElement("div");
  Object.assign(notice, { id: "signed-out", className: "notice warning" });
  notice.setAttribute("role", "alert");
  const words = document.createElement("p");
  const link = document.createElement("a");
  Object.assign(link, { href: answer.sign_in, target: "_blank", textContent: answer.label });
  words.append(answer.message, " ", link);
  notice.append(words);
  (document.querySelector("[data-signed-out]") ?? document.querySelector(".toasts")).append(notice);
}

function forget() {
  retried = false;
  document.getElementById("signed-out")?.remove();
}

document.addEventListener("htmx:responseError", ({ detail }) => {
  const { status, responseText } = detail.xhr;
  if (status !== 401 && status !== 403) return;
  let answer = {};
  try {
    answer = JSON.parse(responseText);
  } catch {
    return; // a page of its own, which says nothing about the session
  }
  if (status === 401) return say(answer);
  if (!take(answer) || retried) return;
  retried = true;
  setTimeout(() => detail.elt.requestSubmit?.());
});

document.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && forget());
