namespace MtlStudio.Web.Features.Studies;

public static class StudiesServices
{
    /// <summary>What the pages of studies need.</summary>
    public static IServiceCollection AddStudyPages(this IServiceCollection services) => services.AddScoped<StudyStarts>();
}
