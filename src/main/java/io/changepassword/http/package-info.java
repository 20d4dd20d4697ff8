/** How a request is read and a response is written: endpoint, refusals, error formats, challenges, CORS, JSON, messages. */
package io.changepassword.http;
