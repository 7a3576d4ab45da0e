import {
  AtSign, Banknote, Box, Building2, Car, CreditCard, FileText, Fingerprint, Globe, Hash, House, IdCard, Landmark, Link2,
  Mail, MapPin, MessageSquare, Phone, PhoneCall, Plane, Scale, Ship, StickyNote, User, Users, CalendarClock, type LucideIcon,
} from 'lucide-react';
import { schemaWord } from '@/state/words';

const ICONS: Record<string, LucideIcon> = {
  Person: User, Organization: Users, Company: Building2, LegalEntity: Landmark, PublicBody: Landmark, Address: House,
  BankAccount: CreditCard, Payment: Banknote, Vehicle: Car, Vessel: Ship, Airplane: Plane, Phone: Phone, Call: PhoneCall,
  Message: MessageSquare, Email: Mail, Document: FileText, Note: StickyNote, Event: CalendarClock, Trip: MapPin,
  Identification: IdCard, Passport: IdCard, Sanction: Scale, CourtCase: Scale, Value: Hash, Ownership: Link2, Asset: Box,
  UserAccount: AtSign, CryptoWallet: Fingerprint, RealEstate: House, Contract: FileText, Country: Globe,
};

export function SchemaIcon({ schema, size = 15, value }: { schema: string; size?: number; value?: string | null }) {
  const Icon = (value ? VALUES[value] : undefined) ?? ICONS[schema] ?? FileText;
  return <Icon size={size} strokeWidth={1.700} role="img" aria-label={schemaWord(schema)} />;
}

const VALUES: Record<string, LucideIcon> = { phone: Phone, email: Mail, address: House, account: CreditCard, iban: CreditCard };
