/** What a text is that is not even meant as JSON, as the rest of a sentence, and what to give instead. */
export interface ForeignText {
  readonly problem: string;
  readonly remedy: string;
}

/** Recognizes by its beginning what is given by mistake for JSON; undefined when the text may be JSON. */
export function foreignText(text: string): ForeignText | undefined {
  const start = text.slice(0, 4096).replace(/^\ufeff/, '');
  // Windows PowerShell 5 writes `terraform show -json plan > plan.json` with two bytes per character.
  if (/^(?:\ufffd\ufffd|\u00ff\u00fe|\u00fe\u00ff|\u0000|.\u0000)/s.test(start)) {
    return {
      problem: 'is UTF-16, as a ">" of Windows PowerShell writes it, and not UTF-8',
      remedy: `Write it with "${showPlan} | Out-File -Encoding utf8 plan.json".`,
    };
  }
  if (start.startsWith('PK\u0003\u0004')) {
    return { problem: "is a saved plan in Terraform's own form", remedy: `Ask for it as JSON: ${showPlan}` };
  }
  if (/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]|^\ufffd/.test(start.slice(0, 512))) {
    return { problem: 'is a binary file, no text', remedy: `Of a saved plan ask for JSON: ${showPlan}.` };
  }
  const first = start.trimStart();
  if (first === '') return { problem: 'is empty', remedy: 'Write it again, whole and unedited.' };
  if (first.startsWith('{"@level":')) {
    return {
      problem: 'is the log of a plan (terraform plan -json)',
      remedy: `Ask for the plan itself: ${planAsJson}`,
    };
  }
  if (hcl.test(first)) {
    return {
      problem: 'is Terraform in HCL, and JSON is read here',
      remedy: `With CDKTF, synthesize without --hcl. For HCL give the plan as JSON: ${planAsJson}`,
    };
  }
  if (planForPeople.test(first)) {
    return {
      problem: 'is a plan as Terraform prints it for people',
      remedy: `Ask for it as JSON: ${planAsJson}`,
    };
  }
  return undefined;
}

const showPlan = 'terraform show -json plan';
const planAsJson = `terraform plan -out plan && ${showPlan}`;

/** Comments, then the head of a block or the first argument of a file of variables. */
const hcl = new RegExp(
  String.raw`^(?:(?:#|//)[^\n]*\n\s*|/\*.*?\*/\s*)*(?:#|//|/\*` +
    String.raw`|[A-Za-z_][\w-]*\s*(?:(?:"[^"\n]*"|[A-Za-z_][\w-]*)\s*){0,2}\{` +
    String.raw`|[A-Za-z_][\w-]*\s*=[^=])`,
  's',
);

const planForPeople =
  /^(?:\u001b\[[\d;]*m|\s)*(?:Terraform (?:used|will|planned)|OpenTofu (?:used|will)|No changes\.)/;
