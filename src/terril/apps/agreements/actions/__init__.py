"""What is done with agreements and rights: checked by the policy, one transaction and one entry of the audit each."""
