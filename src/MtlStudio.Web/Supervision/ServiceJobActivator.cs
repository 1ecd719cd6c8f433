using Hangfire;

namespace MtlStudio.Web.Supervision;

/// <summary>Makes Hangfire's jobs from the host's own services.</summary>
internal sealed class ServiceJobActivator(IServiceProvider services) : JobActivator
{
    public override object ActivateJob(Type jobType) => services.GetRequiredService(jobType);
}
