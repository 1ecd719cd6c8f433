namespace MtlStudio.Core.Metrics;

/// <summary>The Porter stemmer (Porter 1980) with NLTK's extensions, which rouge_score uses. Takes lower-case words.</summary>
internal static class PorterStemmer
{
    private delegate bool Condition(ReadOnlySpan<char> stem);

    private readonly record struct Rule(string Suffix, string Replacement, Condition Holds);

    private static readonly Dictionary<string, string> Irregular = new()
    {
        ["sky"] = "sky", ["skies"] = "sky", ["dying"] = "die", ["lying"] = "lie", ["tying"] = "tie", ["news"] = "news",
        ["innings"] = "inning", ["inning"] = "inning", ["outings"] = "outing", ["outing"] = "outing", ["cannings"] = "canning",
        ["canning"] = "canning", ["howe"] = "howe", ["proceed"] = "proceed", ["exceed"] = "exceed", ["succeed"] = "succeed",
    };

    private static readonly Rule[] Plurals = [new("sses", "ss", Always), new("ies", "i", Always), new("ss", "ss", Always), new("s", "", Always)];

    private static readonly Rule[] Repairs = [new("at", "ate", Always), new("bl", "ble", Always), new("iz", "ize", Always)];

    private static readonly Rule[] SecondStep =
    [
        .. Rules(HasMeasure, ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"),
            ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"),
            ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"),
            ("biliti", "ble"), ("fulli", "ful")),
        // NLTK measures the stem together with the l of "logi".
        new("logi", "log", stem => Measure($"{stem}l") > 0),
    ];

    private static readonly Rule[] ThirdStep = Rules(HasMeasure,
        ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""));

    private static readonly Rule[] FourthStep =
    [
        .. Rules(IsLong, ("al", ""), ("ance", ""), ("ence", ""), ("er", ""), ("ic", ""), ("able", ""), ("ible", ""), ("ant", ""),
            ("ement", ""), ("ment", ""), ("ent", "")),
        new("ion", "", stem => IsLong(stem) && stem[^1] is ('s' or 't')),
        .. Rules(IsLong, ("ou", ""), ("ism", ""), ("ate", ""), ("iti", ""), ("ous", ""), ("ive", ""), ("ize", "")),
    ];

    public static string Stem(string word)
    {
        if (Irregular.TryGetValue(word, out var irregular)) return irregular;
        if (word.Length <= 2) return word;
        word = Step1a(word);
        word = Step1b(word);
        word = Apply(word, new Rule("y", "i", stem => stem.Length > 1 && IsConsonant(stem, stem.Length - 1)));
        word = Step2(word);
        word = Apply(word, ThirdStep);
        word = Apply(word, FourthStep);
        word = Step5a(word);
        return word.EndsWith("ll", StringComparison.Ordinal) && Measure(word.AsSpan(0, word.Length - 1)) > 1 ? word[..^1] : word;
    }

    private static string Step1a(string word) =>
        word.Length == 4 && Ends(word, "ies") ? word[..^1] : Apply(word, Plurals);

    private static string Step1b(string word)
    {
        if (Ends(word, "ied")) return word.Length == 4 ? word[..^1] : word[..^2];
        if (Ends(word, "eed")) return HasMeasure(word.AsSpan(0, word.Length - 3)) ? word[..^1] : word;
        var stem = Ends(word, "ed") && HasVowel(word.AsSpan(0, word.Length - 2)) ? word[..^2]
            : Ends(word, "ing") && HasVowel(word.AsSpan(0, word.Length - 3)) ? word[..^3]
            : null;
        if (stem is null) return word;
        foreach (var rule in Repairs)
            if (Ends(stem, rule.Suffix)) return stem[..^rule.Suffix.Length] + rule.Replacement;
        if (EndsInDoubleConsonant(stem)) return stem[^1] is 'l' or 's' or 'z' ? stem : stem[..^1];
        return Measure(stem) == 1 && EndsInShortSyllable(stem) ? stem + "e" : stem;
    }

    private static string Step2(string word)
    {
        while (Ends(word, "alli") && HasMeasure(word.AsSpan(0, word.Length - 4))) word = word[..^2];
        return Apply(word, SecondStep);
    }

    private static string Step5a(string word)
    {
        if (!Ends(word, "e")) return word;
        var stem = word[..^1];
        var measure = Measure(stem);
        return measure > 1 || (measure == 1 && !EndsInShortSyllable(stem)) ? stem : word;
    }

    /// <summary>The first rule whose suffix fits decides, whether its condition holds or not.</summary>
    private static string Apply(string word, params ReadOnlySpan<Rule> rules)
    {
        foreach (var rule in rules)
            if (Ends(word, rule.Suffix))
            {
                var stem = word.AsSpan(0, word.Length - rule.Suffix.Length);
                return rule.Holds(stem) ? $"{stem}{rule.Replacement}" : word;
            }
        return word;
    }

    private static Rule[] Rules(Condition holds, params (string Suffix, string Replacement)[] rules) =>
        [.. rules.Select(rule => new Rule(rule.Suffix, rule.Replacement, holds))];

    private static bool Ends(string word, string suffix) => word.EndsWith(suffix, StringComparison.Ordinal);

    private static bool Always(ReadOnlySpan<char> stem) => true;

    private static bool HasMeasure(ReadOnlySpan<char> stem) => Measure(stem) > 0;

    private static bool IsLong(ReadOnlySpan<char> stem) => Measure(stem) > 1;

    private static bool IsConsonant(ReadOnlySpan<char> word, int i) => word[i] switch
    {
        'a' or 'e' or 'i' or 'o' or 'u' => false,
        'y' => i == 0 || !IsConsonant(word, i - 1),
        _ => true,
    };

    /// <summary>m in the form [C](VC)^m[V].</summary>
    private static int Measure(ReadOnlySpan<char> stem)
    {
        var (count, vowelBefore) = (0, false);
        for (var i = 0; i < stem.Length; i++)
        {
            var vowel = !IsConsonant(stem, i);
            if (vowelBefore && !vowel) count++;
            vowelBefore = vowel;
        }
        return count;
    }

    private static bool HasVowel(ReadOnlySpan<char> stem)
    {
        for (var i = 0; i < stem.Length; i++)
            if (!IsConsonant(stem, i)) return true;
        return false;
    }

    private static bool EndsInDoubleConsonant(string word) =>
        word.Length >= 2 && word[^1] == word[^2] && IsConsonant(word, word.Length - 1);

    /// <summary>Consonant, vowel, consonant that is not w, x or y; or a word of vowel and consonant (NLTK).</summary>
    private static bool EndsInShortSyllable(string word) => word.Length >= 3
        ? IsConsonant(word, word.Length - 3) && !IsConsonant(word, word.Length - 2) && IsConsonant(word, word.Length - 1) && word[^1] is not ('w' or 'x' or 'y')
        : word.Length == 2 && !IsConsonant(word, 0) && IsConsonant(word, 1);
}
