import { Check, ChevronDown, TriangleAlert } from 'lucide-react';
import type { ReactNode, Ref } from 'react';
import {
  Button as AriaButton,
  Checkbox as AriaCheckbox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Radio,
  RadioGroup,
  Select as AriaSelect,
  SelectValue,
  Text,
  TextArea as AriaTextArea,
  TextField as AriaTextField,
} from 'react-aria-components';
import { isDay } from '@/state/words';
import css from './controls.module.css';

interface TextProps {
  label: string;
  note?: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | null;
  hint?: ReactNode;
  type?: 'text' | 'password' | 'date' | 'number' | 'search';
  placeholder?: string;
  autoComplete?: string;
  required?: boolean;
  autoFocus?: boolean;
  hideLabel?: boolean;
  rows?: number;
  inputRef?: Ref<HTMLInputElement>;
  onKeyDown?: (event: React.KeyboardEvent) => void;
}

export function ErrorLine({ children }: { children: ReactNode }) {
  return (
    <>
      <TriangleAlert size={13} aria-hidden />
      <span>{children}</span>
    </>
  );
}

function Labelled({ label, note, hide }: { label: string; note?: string | undefined; hide?: boolean | undefined }) {
  return (
    <Label className={hide ? 'sr' : css.label!}>
      {label}
      {note && (
        <>
          {' '}
          <small>{note}</small>
        </>
      )}
    </Label>
  );
}

/** A day is typed in one way everywhere, whatever the browser's language; what is no day is said beside the field. */
function dayFault({ type, value }: TextProps): string | null {
  return type === 'date' && value.length >= 10 && !isDay(value) ? 'Write the day as YYYY-MM-DD, such as 2027-02-28.' : null;
}

export function TextField(props: TextProps) {
  const { label, note, value, onChange, hint, hideLabel, rows, inputRef } = props;
  const error = props.error ?? dayFault(props);
  const dated = props.type === 'date';
  return (
    <AriaTextField
      className={css.field!}
      value={value}
      onChange={onChange}
      isInvalid={Boolean(error)}
      isRequired={props.required ?? false}
      validationBehavior="aria"
      type={dated ? 'text' : (props.type ?? 'text')}
      autoFocus={props.autoFocus ?? false}
      autoComplete={props.autoComplete ?? 'off'}
      {...(props.onKeyDown ? { onKeyDown: props.onKeyDown } : {})}>
      <Labelled label={label} note={note} hide={hideLabel} />
      {rows ? (
        <AriaTextArea className={css.area!} rows={rows} placeholder={props.placeholder} />
      ) : (
        <Input className={css.input!} placeholder={dated ? 'YYYY-MM-DD' : props.placeholder} {...(dated ? { maxLength: 10, inputMode: 'numeric' as const } : {})} ref={inputRef ?? null} />
      )}
      {hint && (
        <Text slot="description" className={css.hint!}>
          {hint}
        </Text>
      )}
      <FieldError className={css.error!}>{error && <ErrorLine>{error}</ErrorLine>}</FieldError>
    </AriaTextField>
  );
}

export interface Choice<T extends string = string> {
  id: T;
  text: string;
  note?: string;
  icon?: ReactNode;
}

interface SelectProps<T extends string> {
  label: string;
  note?: string;
  choices: readonly Choice<T>[];
  value: T | null;
  onChange: (value: T) => void;
  placeholder?: string;
  error?: string | null;
  hideLabel?: boolean;
  small?: boolean;
  hint?: ReactNode;
}

export function Select<T extends string>(props: SelectProps<T>) {
  const { label, note, choices, value, onChange, placeholder = 'Choose', error, hideLabel, small, hint } = props;
  return (
    <AriaSelect className={css.field!} value={value} onChange={(key) => onChange(key as T)} isInvalid={Boolean(error)} placeholder={placeholder} validationBehavior="aria">
      <Labelled label={label} note={note} hide={hideLabel} />
      <AriaButton className={css.trigger!} {...(small ? { 'data-size': 'small' } : {})}>
        <SelectValue />
        <ChevronDown size={14} aria-hidden />
      </AriaButton>
      {hint && (
        <Text slot="description" className={css.hint!}>
          {hint}
        </Text>
      )}
      <FieldError className={css.error!}>{error && <ErrorLine>{error}</ErrorLine>}</FieldError>
      <Popover className={css.popover!}>
        <ListBox items={choices}>
          {(choice) => (
            <ListBoxItem id={choice.id} textValue={choice.text} className={css.option!}>
              {choice.icon}
              <span>{choice.text}</span>
              {choice.note && <small>{choice.note}</small>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

interface SegmentProps<T extends string> {
  label: string;
  choices: readonly Choice<T>[];
  value: T | null;
  onChange: (value: T) => void;
  hideLabel?: boolean;
  form?: boolean;
}

/** One of a few, all in sight. */
export function Segmented<T extends string>({ label, choices, value, onChange, hideLabel, form }: SegmentProps<T>) {
  return (
    <RadioGroup className={css.field!} value={value} onChange={(next) => onChange(next as T)} orientation="horizontal">
      <Labelled label={label} hide={hideLabel} />
      <div className={css.segments} {...(form ? { 'data-form': '', 'data-wide': '' } : {})}>
        {choices.map((choice) => (
          <Radio key={choice.id} value={choice.id} className={css.segment!}>
            {choice.icon}
            {choice.text}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

interface CheckProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children?: ReactNode;
  label?: string;
  tabbable?: boolean;
}

export function Checkbox({ checked, onChange, children, label, tabbable = true }: CheckProps) {
  return (
    <AriaCheckbox className={css.check!} isSelected={checked} onChange={onChange} excludeFromTabOrder={!tabbable} {...(label ? { 'aria-label': label } : {})}>
      <span className={css.box} aria-hidden>
        <Check size={11} strokeWidth={3.5} />
      </span>
      {children}
    </AriaCheckbox>
  );
}
