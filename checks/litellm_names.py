#!/usr/bin/env python3
"""Asks the installed LiteLLM whether it knows every provider and model name that `export litellm` may write.

    python3 -m venv venv && venv/bin/pip install 'litellm[proxy]'
    venv/bin/python checks/litellm_names.py

Prints a line for each provider; exits with 1 if LiteLLM resolves a name to another provider, or reads other variables.
"""

import os
import pathlib
import sys
import tomllib

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["LITELLM_LOG"] = "ERROR"
import litellm  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent


# Providers that LiteLLM serves through another one of its own.
SERVED_THROUGH = {("cohere", "cohere_chat"), ("azure", "openai")}


def name_of(provider_list, listed):
    """The name of a model and its provider, as the program makes it (src/inputs/gateways)."""
    for provider in provider_list:
        if listed.startswith(provider["prefix"] + "/"):
            return listed, provider
    provider = provider_list[0]
    name = listed.removeprefix(provider.get("strip", ""))
    bare = "" if "/" in name else provider.get("bare", "")
    return f"{provider['prefix']}/{bare}{name}", provider


def main():
    gateways = tomllib.loads((ROOT / "data/gateways/sellers.toml").read_text())["seller"]
    wrong = 0
    for seller in gateways:
        if "litellm" not in seller:
            continue
        sheet = tomllib.loads((ROOT / f"data/prices/{seller['id']}.toml").read_text())
        known, listed_there = 0, len(sheet["offer"])
        variables = set()
        for offer in sheet["offer"]:
            model, provider = name_of(seller["litellm"], offer.get("listed_as", offer["model"]))
            resolved = litellm.get_llm_provider(model)[1]
            if resolved != provider["prefix"] and (provider["prefix"], resolved) not in SERVED_THROUGH:
                print(f"{model}: LiteLLM takes it for {resolved}")
                wrong += 1
            known += model in litellm.model_cost or model.split("/", 1)[1] in litellm.model_cost
            try:
                variables.update(litellm.validate_environment(model)["missing_keys"])
            except Exception as error:  # some providers need their own libraries to say
                variables.add(f"({type(error).__name__})")
        base = litellm.get_llm_provider(seller["litellm"][0]["prefix"] + "/any")[3]
        host = seller.get("endpoint", {}).get("host")
        if base and host and host not in base:
            print(f"{seller['id']}: LiteLLM asks {base}, we name {host}")
            wrong += 1
        ours = {variable for provider in seller["litellm"] for variable in provider["needs"].values()}
        print(f"{seller['id']:14} {listed_there:4} offers, {known:4} on LiteLLM's own sheet; reads {sorted(variables)}, we name {sorted(ours)}")
    print("wrong:", wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
