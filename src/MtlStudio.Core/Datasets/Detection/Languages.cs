namespace MtlStudio.Core.Datasets.Detection;

/// <summary>
/// The language of texts by their script and commonest words: enough to see that two columns are in two languages, and
/// to name them. Short or mixed texts have none.
/// </summary>
internal static class Languages
{
    private const int Texts = 300;

    private static readonly Dictionary<string, string[]> Common = new()
    {
        ["English"] = Words("the of and to is you that it was for on are with his they at this have from or by not what we i do he she me my your him her be don't i'm tom has had can will"),
        ["Swedish"] = Words("och det att är jag en som han på inte med för av till den har du ett om vi så hon var min mig dig ska kan vad här där oss tom hade skulle vill mycket"),
        ["German"] = Words("der die und ist das nicht ich zu sie den ein es mit sich auf eine dem für wir er war von im auch wie hat haben mich mir sein was bin kann aber wird"),
        ["French"] = Words("le la les et est je de des un une que pas vous il ce pour dans qui ne nous elle en du sur avec au se mon tu son être c'est plus ai j'ai"),
        ["Spanish"] = Words("el la los las de que y en un una es no por con para se lo yo su está como más pero me mi qué muy ha él te del al tiene"),
        ["Italian"] = Words("il lo la gli che di e è non un una per in con sono mi ho si ha della questo come io del ti le al più cosa molto nel"),
        ["Portuguese"] = Words("o a os as de que e não um uma é em para com eu do da se ele ela você por no na mais está muito meu foi como isso tem"),
        ["Dutch"] = Words("de het een en van ik is niet dat je te zijn op die voor met hij we er aan ze maar wat heb heeft naar was mijn hem ook"),
        ["Danish"] = Words("og det at er jeg en som han på ikke med for af til den har du et om vi så hun var min mig dig skal kan hvad ham meget også noget"),
        ["Norwegian"] = Words("og det at er jeg en som han på ikke med for av til den har du et om vi så hun var min meg deg skal kan hva ham mye også noe"),
        ["Finnish"] = Words("ja on ei se hän että olen minä oli en mutta ole sinä tämä kun niin mitä hänen minun joka ovat me he kuin olet myös"),
        ["Polish"] = Words("i w nie na to się z jest że do jak co ja ty on ona czy był była mnie jego dla po ale tak mam bardzo jej"),
        ["Czech"] = Words("a je se na to že v já jsem ne co si s tom jak ale do pro by za po jeho má mi když není jsi"),
        ["Turkish"] = Words("bir bu ve ne için çok ben o da de mi değil ama var sen gibi daha kadar benim onun her şey"),
        ["Hungarian"] = Words("a az és nem hogy egy is van én ez volt meg csak de mit ki már mert ő kell tom szeret"),
        ["Romanian"] = Words("și nu este în de la a o un că eu el ce pe cu mai sunt ai lui pentru am fost tom"),
        ["Indonesian"] = Words("yang di dan itu tidak saya dengan ini untuk dari dia ada apa ke pada akan kami anda"),
        ["Vietnamese"] = Words("là không tôi có và của anh một được bạn này đã cô cho người với rất"),
    };

    private static readonly Dictionary<string, string> Codes = new()
    {
        ["en"] = "English", ["sv"] = "Swedish", ["se"] = "Swedish", ["de"] = "German", ["fr"] = "French", ["es"] = "Spanish", ["it"] = "Italian", ["pt"] = "Portuguese", ["nl"] = "Dutch",
        ["da"] = "Danish", ["no"] = "Norwegian", ["nb"] = "Norwegian", ["fi"] = "Finnish", ["pl"] = "Polish", ["cs"] = "Czech", ["tr"] = "Turkish", ["hu"] = "Hungarian", ["ro"] = "Romanian",
        ["id"] = "Indonesian", ["vi"] = "Vietnamese", ["ru"] = "Russian", ["uk"] = "Ukrainian", ["bg"] = "Bulgarian", ["el"] = "Greek", ["ar"] = "Arabic", ["he"] = "Hebrew", ["hi"] = "Hindi",
        ["th"] = "Thai", ["ko"] = "Korean", ["ja"] = "Japanese", ["zh"] = "Chinese",
    };

    private static readonly HashSet<string> Names = new([.. Codes.Values, "Latin", "Irish", "Welsh", "Icelandic", "Estonian", "Latvian", "Lithuanian", "Catalan", "Basque", "Esperanto", "Swahili", "Persian", "Urdu", "Bengali", "Tamil"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The language that a column's name speaks of ("en", "swedish", "text_de", "translation.fr"), or null.</summary>
    public static string? OfName(string column)
    {
        var words = column.Split(['.', '_', '-', ' ', ':']);
        // "id" is an identifier far more often than Indonesian; a code alone or at the end of a name is a language.
        var code = words[^1].ToLowerInvariant();
        if (code != "id" && Codes.TryGetValue(code, out var known)) return known;
        return words.LastOrDefault(Names.Contains) is { } name ? char.ToUpperInvariant(name[0]) + name[1..].ToLowerInvariant() : null;
    }

    /// <summary>The language that the texts are in, or null.</summary>
    public static string? OfTexts(IEnumerable<string> texts)
    {
        var scores = new Dictionary<string, double>();
        var seen = 0;
        foreach (var text in texts.Take(Texts))
        {
            seen++;
            if (Script(text) is { } script) Add(script, 3);
            else AddWords(text);
        }
        if (seen == 0 || scores.Count == 0) return null;
        var ordered = scores.OrderByDescending(score => score.Value).ToList();
        return ordered[0].Value >= Math.Max(1.5, 0.5 * seen) && (ordered.Count == 1 || ordered[0].Value > 1.1 * ordered[1].Value) ? ordered[0].Key : null;

        void Add(string language, double score) => scores[language] = scores.GetValueOrDefault(language) + score;

        void AddWords(string text)
        {
            var words = text.ToLowerInvariant().Split([' ', ',', '.', '!', '?', ';', ':', '"', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
            foreach (var (language, common) in Common)
            {
                var found = words.Take(60).Count(word => Array.BinarySearch(common, word, StringComparer.Ordinal) >= 0);
                if (found > 0) Add(language, Math.Min(3, found));
            }
        }
    }

    /// <summary>The language of a script that belongs to one language mostly; null for the Latin one.</summary>
    private static string? Script(string text)
    {
        int letters = 0, cyrillic = 0, greek = 0, arabic = 0, hebrew = 0, devanagari = 0, thai = 0, hangul = 0, kana = 0, han = 0;
        foreach (var c in text)
        {
            if (!char.IsLetter(c)) continue;
            letters++;
            switch (c)
            {
                case >= '\u0400' and <= '\u04FF': cyrillic++; break;
                case >= '\u0370' and <= '\u03FF': greek++; break;
                case >= '\u0600' and <= '\u06FF': arabic++; break;
                case >= '\u0590' and <= '\u05FF': hebrew++; break;
                case >= '\u0900' and <= '\u097F': devanagari++; break;
                case >= '\u0E00' and <= '\u0E7F': thai++; break;
                case >= '\uAC00' and <= '\uD7AF': hangul++; break;
                case >= '\u3040' and <= '\u30FF': kana++; break;
                case >= '\u4E00' and <= '\u9FFF': han++; break;
            }
        }
        if (letters == 0) return null;
        if (kana > 0 && (kana + han) * 2 > letters) return "Japanese";
        return new[] { (cyrillic, "Russian"), (greek, "Greek"), (arabic, "Arabic"), (hebrew, "Hebrew"), (devanagari, "Hindi"), (thai, "Thai"), (hangul, "Korean"), (han, "Chinese") }
            .Where(script => script.Item1 * 2 > letters).Select(script => script.Item2).FirstOrDefault();
    }

    private static string[] Words(string words) => [.. words.Split(' ').Order(StringComparer.Ordinal)];
}
