/** An error as an AWS service reports it: its class, its sentence and the HTTP status that carries it. */
export class ServiceError extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.name = "ServiceError";
    this.type = type;
    this.status = status;
  }
}

export const invalidParameter = (message: string): ServiceError =>
  new ServiceError("InvalidParameterException", message);

export const notAuthorized = (message: string): ServiceError => new ServiceError("NotAuthorizedException", message);

export const resourceNotFound = (message: string): ServiceError =>
  new ServiceError("ResourceNotFoundException", message);

export const userNotFound = (): ServiceError => new ServiceError("UserNotFoundException", "User does not exist.");
