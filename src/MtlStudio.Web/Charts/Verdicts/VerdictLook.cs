using MtlStudio.Core.Analysis;

namespace MtlStudio.Web.Charts;

/// <summary>Verdicts as words, glyphs and tones; never by color alone.</summary>
public static class VerdictLook
{
    /// <summary>Null (not judged): "".</summary>
    public static string Word(Verdict? verdict) => verdict switch
    {
        Verdict.Helped => "helped",
        Verdict.Hurt => "hurt",
        Verdict.Same => "same",
        Verdict.Neither => "neither learned",
        Verdict.Unclear => "can't tell yet",
        _ => "",
    };

    public static string Glyph(Verdict? verdict) => verdict switch { Verdict.Helped => "▲", Verdict.Hurt => "▼", Verdict.Same => "=", _ => "◦" };

    /// <summary>The class, and the variable of its color: "better", "worse", "unclear".</summary>
    public static string Tone(Verdict? verdict) => verdict switch { Verdict.Helped => "better", Verdict.Hurt => "worse", _ => "unclear" };

    /// <summary>From the table of verdicts, which keeps the API's word; null for a word that is none.</summary>
    public static Verdict? Parse(string word) => Enum.TryParse<Verdict>(word, ignoreCase: true, out var verdict) ? verdict : null;
}
