namespace MtlStudio.Web.Supervision;

/// <summary>The queue of the studio's own work (clean-up, notifications): a training run never holds it up.</summary>
public static class StudioJobs
{
    public const string Queue = "studio";
    public const int Workers = 2;
}
