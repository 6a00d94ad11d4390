// Every error raised on purpose. The names are the values of `voting.errors.Refusal`: the two lists are one.

export class Refused extends Error {
  // `context` says where (question, group, ...); never a credential, a choice or a digit of a number.
  constructor(refusal, context = {}) {
    super(refusal);
    this.name = "Refused";
    this.refusal = refusal;
    this.context = context;
  }
}

// Whatever is refused inside says this place, too; what it already says of its place stands.
export function placed(place, act) {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refused) throw new Refused(error.refusal, { ...place, ...error.context });
    throw error;
  }
}
