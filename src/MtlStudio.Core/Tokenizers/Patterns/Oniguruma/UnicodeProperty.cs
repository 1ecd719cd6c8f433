using System.Collections.Frozen;
using System.Globalization;
using MtlStudio.Core.Tokenizers.Unicode;
using static System.Globalization.UnicodeCategory;

namespace MtlStudio.Core.Tokenizers.Patterns.Oniguruma;

/// <summary>Classes by name: general categories (short and long), POSIX brackets and the scripts that split patterns use.</summary>
internal static class UnicodeProperty
{
    private static readonly FrozenDictionary<string, RuneClass> Known = Make();

    /// <summary>Case, spaces, hyphens and underscores in the name don't count.</summary>
    public static RuneClass? Find(string name) => Known.GetValueOrDefault(Plain(name));

    private static string Plain(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    private static FrozenDictionary<string, RuneClass> Make()
    {
        Dictionary<string, RuneClass> known = [];
        void Category(string names, params UnicodeCategory[] categories)
        {
            var mask = categories.Aggregate(0, (m, c) => m | 1 << (int)c);
            var test = new RuneClass(c => (mask >> (int)CharUnicodeInfo.GetUnicodeCategory(c) & 1) != 0);
            foreach (var name in names.Split(' ')) known[name] = test;
        }
        void Ranges(string names, string ranges)
        {
            var set = RuneRanges.Parse(ranges);
            var test = new RuneClass(set.Contains);
            foreach (var name in names.Split(' ')) known[name] = test;
        }
        Category("l letter", UppercaseLetter, LowercaseLetter, TitlecaseLetter, ModifierLetter, OtherLetter);
        Category("lc casedletter", UppercaseLetter, LowercaseLetter, TitlecaseLetter);
        Category("lu uppercaseletter", UppercaseLetter);
        Category("ll lowercaseletter", LowercaseLetter);
        Category("lt titlecaseletter", TitlecaseLetter);
        Category("lm modifierletter", ModifierLetter);
        Category("lo otherletter", OtherLetter);
        Category("m mark combiningmark", NonSpacingMark, SpacingCombiningMark, EnclosingMark);
        Category("mn nonspacingmark", NonSpacingMark);
        Category("mc spacingmark", SpacingCombiningMark);
        Category("me enclosingmark", EnclosingMark);
        Category("n number", DecimalDigitNumber, LetterNumber, OtherNumber);
        Category("nd decimalnumber digit", DecimalDigitNumber);
        Category("nl letternumber", LetterNumber);
        Category("no othernumber", OtherNumber);
        Category("p punctuation", ConnectorPunctuation, DashPunctuation, OpenPunctuation, ClosePunctuation, InitialQuotePunctuation, FinalQuotePunctuation, OtherPunctuation);
        Category("pc connectorpunctuation", ConnectorPunctuation);
        Category("pd dashpunctuation", DashPunctuation);
        Category("ps openpunctuation", OpenPunctuation);
        Category("pe closepunctuation", ClosePunctuation);
        Category("pi initialpunctuation", InitialQuotePunctuation);
        Category("pf finalpunctuation", FinalQuotePunctuation);
        Category("po otherpunctuation", OtherPunctuation);
        Category("s symbol", MathSymbol, CurrencySymbol, ModifierSymbol, OtherSymbol);
        Category("sm mathsymbol", MathSymbol);
        Category("sc currencysymbol", CurrencySymbol);
        Category("sk modifiersymbol", ModifierSymbol);
        Category("so othersymbol", OtherSymbol);
        Category("z separator", SpaceSeparator, LineSeparator, ParagraphSeparator);
        Category("zs spaceseparator", SpaceSeparator);
        Category("zl lineseparator", LineSeparator);
        Category("zp paragraphseparator", ParagraphSeparator);
        Category("c other", Control, Format, Surrogate, PrivateUse, OtherNotAssigned);
        Category("cc control cntrl", Control);
        Category("cf format", Format);
        Category("co privateuse", PrivateUse);
        Category("cn unassigned", OtherNotAssigned);
        Category("alnum", UppercaseLetter, LowercaseLetter, TitlecaseLetter, ModifierLetter, OtherLetter, NonSpacingMark, SpacingCombiningMark, EnclosingMark, LetterNumber, DecimalDigitNumber);
        Category("alpha alphabetic", UppercaseLetter, LowercaseLetter, TitlecaseLetter, ModifierLetter, OtherLetter, NonSpacingMark, SpacingCombiningMark, EnclosingMark, LetterNumber);
        Category("upper", UppercaseLetter);
        Category("lower", LowercaseLetter);
        Category("punct", ConnectorPunctuation, DashPunctuation, OpenPunctuation, ClosePunctuation, InitialQuotePunctuation, FinalQuotePunctuation, OtherPunctuation);
        known["any"] = RuneClass.All;
        known["space"] = known["whitespace"] = RuneClass.WhiteSpace;
        known["word"] = RuneClass.Word;
        known["xdigit"] = RuneClass.HexDigit;
        known["ascii"] = RuneClass.Range(0, 127);
        known["blank"] = new(c => c == '\t' || c < 0x10000 && char.GetUnicodeCategory((char)c) == SpaceSeparator);
        Ranges("han", "2e80-2e99 2e9b-2ef3 2f00-2fd5 3005 3007 3021-3029 3038-303b 3400-4dbf 4e00-9fff f900-fa6d fa70-fad9 16fe2-16fe3 16ff0-16ff1 20000-2a6df 2a700-2b739 2b740-2b81d 2b820-2cea1 2ceb0-2ebe0 2ebf0-2ee5d 2f800-2fa1d 30000-3134a 31350-323af");
        Ranges("hiragana", "3041-3096 309d-309f 1b001-1b11f 1b132 1b150-1b152 1f200");
        Ranges("katakana", "30a1-30fa 30fd-30ff 31f0-31ff 32d0-32fe 3300-3357 ff66-ff6f ff71-ff9d 1aff0-1aff3 1aff5-1affb 1affd-1affe 1b000 1b120-1b122 1b155 1b164-1b167");
        Ranges("hangul", "1100-11ff 302e-302f 3131-318e 3200-321e 3260-327e a960-a97c ac00-d7a3 d7b0-d7c6 d7cb-d7fb ffa0-ffbe ffc2-ffc7 ffca-ffcf ffd2-ffd7 ffda-ffdc");
        Ranges("thai", "e01-e3a e40-e5b");
        Ranges("cyrillic", "400-484 487-52f 1c80-1c8a 1d2b 1d78 2de0-2dff a640-a69f fe2e-fe2f 1e030-1e06d 1e08f");
        Ranges("latin", "41-5a 61-7a aa ba c0-d6 d8-f6 f8-2b8 2e0-2e4 1d00-1d25 1d2c-1d5c 1d62-1d65 1d6b-1d77 1d79-1dbe 1e00-1eff 2071 207f 2090-209c 212a-212b 2132 214e 2160-2188 2c60-2c7f a722-a787 a78b-a7cd a7d0-a7d1 a7d3 a7d5-a7dc a7f2-a7ff ab30-ab5a ab5c-ab64 ab66-ab69 fb00-fb06 ff21-ff3a ff41-ff5a 10780-10785 10787-107b0 107b2-107ba 1df00-1df1e 1df25-1df2a");
        return known.ToFrozenDictionary();
    }
}
