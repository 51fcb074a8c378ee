/**
 * What a node is, independent of the grammar it came from. Rules are written against kinds; a grammar's own node
 * types stay visible as `SyntaxNode.type` for the rare place where the languages really differ.
 */
export type Kind = (typeof KIND_TYPES)[number][0] | 'error' | 'token' | 'other';

/** Grammar node types of JavaScript, TypeScript, TSX and Python, by neutral kind. */
const KIND_TYPES = [
  ['module', 'program module'],
  ['block', 'statement_block block'],
  [
    'function',
    'function_declaration generator_function_declaration function_expression generator_function arrow_function ' +
      'method_definition function_definition lambda',
  ],
  ['signature', 'function_signature method_signature abstract_method_signature'],
  ['decorated', 'decorated_definition'],
  ['decorator', 'decorator'],
  ['class', 'class_declaration abstract_class_declaration class class_definition'],
  ['heritage', 'class_heritage'],
  ['field', 'public_field_definition field_definition'],
  ['parameters', 'formal_parameters parameters lambda_parameters'],
  ['arguments', 'arguments argument_list'],
  ['keywordArgument', 'keyword_argument'],
  ['call', 'call_expression call'],
  ['new', 'new_expression'],
  ['member', 'member_expression attribute'],
  ['subscript', 'subscript_expression subscript'],
  [
    'identifier',
    'identifier property_identifier private_property_identifier shorthand_property_identifier ' +
      'shorthand_property_identifier_pattern this super type_identifier',
  ],
  ['string', 'string concatenated_string'],
  ['template', 'template_string'],
  ['interpolation', 'template_substitution interpolation'],
  ['number', 'number integer float'],
  ['true', 'true'],
  ['false', 'false'],
  ['null', 'null undefined none'],
  ['ellipsis', 'ellipsis'],
  ['regex', 'regex'],
  ['array', 'array list tuple set expression_list'],
  ['object', 'object dictionary'],
  ['pair', 'pair'],
  ['spread', 'spread_element list_splat dictionary_splat'],
  ['assign', 'assignment_expression assignment'],
  [
    'augmentedAssign',
    'augmented_assignment_expression augmented_assignment named_expression update_expression',
  ],
  ['declaration', 'lexical_declaration variable_declaration'],
  ['declarator', 'variable_declarator'],
  ['binary', 'binary_expression binary_operator boolean_operator comparison_operator'],
  ['unary', 'unary_expression unary_operator not_operator'],
  ['ternary', 'ternary_expression conditional_expression'],
  ['await', 'await_expression await'],
  ['yield', 'yield_expression yield'],
  [
    'wrapper',
    'parenthesized_expression as_expression satisfies_expression non_null_expression type_assertion',
  ],
  ['comprehension', 'list_comprehension dictionary_comprehension set_comprehension generator_expression'],
  ['return', 'return_statement'],
  ['throw', 'throw_statement raise_statement'],
  ['break', 'break_statement'],
  ['continue', 'continue_statement'],
  ['if', 'if_statement'],
  ['else', 'else_clause'],
  ['elseIf', 'elif_clause'],
  ['for', 'for_statement'],
  ['forIn', 'for_in_statement'],
  ['while', 'while_statement'],
  ['doWhile', 'do_statement'],
  ['switch', 'switch_statement match_statement'],
  ['case', 'switch_case switch_default case_clause'],
  ['try', 'try_statement'],
  ['handler', 'catch_clause except_clause except_group_clause'],
  ['finally', 'finally_clause'],
  ['with', 'with_statement'],
  ['assert', 'assert_statement'],
  ['expressionStatement', 'expression_statement'],
  ['pass', 'pass_statement empty_statement'],
  ['import', 'import_statement import_from_statement future_import_statement'],
  ['export', 'export_statement'],
  ['comment', 'comment hash_bang_line html_comment'],
  ['jsx', 'jsx_element jsx_self_closing_element jsx_fragment'],
  ['type', 'type_annotation type_arguments type_parameters type type_parameter'],
  [
    'typeDeclaration',
    'interface_declaration type_alias_declaration ambient_declaration type_alias_statement',
  ],
] as const;

const KIND_BY_TYPE = new Map<string, Kind>(
  KIND_TYPES.flatMap(([kind, types]) => types.split(' ').map((type): [string, Kind] => [type, kind])),
);

/** Tokens that carry meaning for a rule; all others (brackets, separators, most keywords) are left out of the tree. */
const KEPT_TOKENS = new Set(
  (
    'async static get set abstract default * ! - + ~ not typeof void delete && || ?? and or == === != !== is ' +
    '< > <= >= in instanceof = += -= ??= ||= &&= | & ^ << >> >>> / % ** //'
  ).split(' '),
);

/** Pieces of a string: the whole of it and what is put into it are what rules ask for. */
const STRING_PARTS = new Set(
  'string_start string_content string_end string_fragment escape_sequence'.split(' '),
);

/** The neutral kind of a grammar's node type; null for what no rule looks at. */
export function kindOf(type: string, named: boolean): Kind | null {
  if (!named) return KEPT_TOKENS.has(type) ? 'token' : null;
  return STRING_PARTS.has(type) ? null : (KIND_BY_TYPE.get(type) ?? 'other');
}

/** Kinds without insides, or whose insides no rule looks at. */
export const OPAQUE_KINDS: ReadonlySet<Kind> = new Set<Kind>([
  'type', 'typeDeclaration', 'regex', 'number', 'comment', 'identifier', 'true', 'false', 'null', 'ellipsis', 'pass',
]); // prettier-ignore

export const LOOP_KINDS: ReadonlySet<Kind> = new Set<Kind>(['for', 'forIn', 'while', 'doWhile']);
